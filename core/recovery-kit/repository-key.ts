import { createHash, randomBytes } from 'node:crypto'
import { keyIdSchema, type KeyId } from '../../shared/model/ids.ts'

/** Crockford's base 32: no I, L, O or U, so that nothing in it looks like something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const keyPrefix = 'HFK1'
export const groupLength = 4
/** Eight groups carry the 160 random bits, the ninth checks them. */
export const randomGroupCount = 8
export const groupCount = randomGroupCount + 1

/**
 * A new repository key: 160 random bits as `HFK1-XXXX-…` with a check group at the end. The printed text,
 * dashes and all, is restic's password, so that restic alone opens what Holdfast wrote.
 */
export function newRepositoryKey(): string {
  const bits = [...randomBytes(20)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const random = (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2))).join('')
  return keyOf(random + checkGroup(random))
}

/** Follows from the key and tells nothing about it: 160 random bits cannot be guessed from a hash. */
export function keyIdOf(key: string): KeyId {
  const digest = createHash('sha256').update(`holdfast key id v1${key}`).digest()
  return keyIdSchema.parse(`key_${digest.subarray(0, 16).toString('base64url')}`)
}

/** The nine groups of a whole key, without the prefix. */
export function groupsOf(key: string): string[] {
  return key.split('-').slice(1)
}

export function keyOf(characters: string): string {
  return [keyPrefix, ...(characters.match(/.{4}/g) ?? [])].join('-')
}

/** What a person typed for a character; undefined for one that no key has. */
export function characterOf(typed: string): string | undefined {
  const upper = typed.toUpperCase()
  if (upper === 'O') return '0'
  if (upper === 'I' || upper === 'L') return '1'
  return alphabet.includes(upper) ? upper : undefined
}

export function isRightlyChecked(characters: string): boolean {
  const random = characters.slice(0, randomGroupCount * groupLength)
  return characters.slice(random.length) === checkGroup(random)
}

/**
 * The group (from 1) that is probably wrong: the one in which a single other character, or two that changed
 * places, make the check right. Undefined when more than that is wrong.
 */
export function wrongGroup(characters: string): number | undefined {
  const found = new Set<number>()
  for (let at = 0; at < characters.length; at += 1) {
    const group = Math.floor(at / groupLength) + 1
    const neighbours = characters.charAt(at + 1) + characters.charAt(at)
    if (isRightlyChecked(replaced(characters, at, neighbours))) found.add(group)
    for (const other of alphabet) {
      if (isRightlyChecked(replaced(characters, at, other))) found.add(group)
    }
  }
  const [only, ...more] = found
  return more.length === 0 ? only : undefined
}

function replaced(text: string, at: number, by: string): string {
  return (text.slice(0, at) + by + text.slice(at + by.length)).slice(0, text.length)
}

/** 20 bits: one typing error in a million goes unseen here, and restic refuses that key. */
function checkGroup(random: string): string {
  const digest = createHash('sha256').update(`holdfast key check v1${random}`).digest()
  const bits = digest.readUIntBE(0, 3) >>> 4
  return [15, 10, 5, 0].map((shift) => alphabet.charAt((bits >>> shift) & 31)).join('')
}
