import { AppError } from '../../shared/errors.ts'
import type { KeyId } from '../../shared/model/ids.ts'
import {
  characterOf,
  groupCount,
  groupLength,
  isRightlyChecked,
  keyIdOf,
  keyOf,
  keyPrefix,
  wrongGroup,
} from './repository-key.ts'

export interface ReadKit {
  readonly key: string
  readonly keyId: KeyId
  readonly serverAddress: string | null
  readonly loginName: string | null
}

const keyLength = groupCount * groupLength

/**
 * Reads what a person has of a kit: the whole text, the QR code's address, or just the key, in any case, with
 * or without dashes, broken over lines, quoted by a mail program.
 *
 * @throws AppError KIT_INVALID with details `reason` (`not-found`, `too-short`, `group`, `check`) and, where it
 *   can be told, `group` (from 1)
 */
export function readKit(text: string): ReadKit {
  const uri = /holdfast-kit:(\S+)/i.exec(text)
  if (uri?.[1] !== undefined) {
    const [key, query] = uri[1].split('?')
    const fields = new URLSearchParams(query)
    return kitOf(keyIn(key ?? ''), fields.get('server'), fields.get('login'))
  }
  return kitOf(keyIn(text), fieldIn(text, 'Server'), fieldIn(text, 'Login name'))
}

function kitOf(key: string, serverAddress: string | null, loginName: string | null): ReadKit {
  return { key, keyId: keyIdOf(key), serverAddress, loginName }
}

function fieldIn(text: string, name: string): string | null {
  return new RegExp(`^[\\s>|*]*${name}:[ \\t]*(.+?)\\s*$`, 'im').exec(text)?.[1] ?? null
}

function keyIn(text: string): string {
  const starts = [...text.matchAll(/HFK[1IL]/gi)]
  if (starts.length === 0) return keyWithoutPrefix(text)
  const failures: AppError[] = []
  for (const start of starts) {
    try {
      return keyFrom(groupsAfter(text.slice(start.index + keyPrefix.length)))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failures.push(error)
    }
  }
  throw failures[0] ?? invalid('not-found')
}

/** Only where nothing but a key can be meant: in a longer text any words would do. */
function keyWithoutPrefix(text: string): string {
  const groups = groupsAfter(text)
  if (groups.join('').length !== keyLength || /[^\s\p{P}\p{S}\dA-Z]/iu.test(text)) throw invalid('not-found')
  return keyFrom(groups)
}

/** Runs of letters and digits; whatever stands between them is noise. */
function groupsAfter(text: string): string[] {
  return text.match(/[\dA-Z]+/gi) ?? []
}

function keyFrom(runs: readonly string[]): string {
  const first = runs.slice(0, groupCount)
  const odd = first.findIndex((run) => run.length !== groupLength)
  // One group that lost or won a character; more odd ones mean that the text was merely broken elsewhere.
  if (first.length === groupCount && first.filter((run) => run.length !== groupLength).length === 1) {
    throw invalid('group', odd + 1)
  }
  const typed = runs.join('').slice(0, keyLength)
  if (typed.length < keyLength) throw invalid('too-short')
  const characters = Array.from(typed, (character) => characterOf(character))
  const unknown = characters.indexOf(undefined)
  if (unknown !== -1) throw invalid('group', Math.floor(unknown / groupLength) + 1)
  const whole = characters.join('')
  if (!isRightlyChecked(whole)) throw invalid('check', wrongGroup(whole))
  return keyOf(whole)
}

function invalid(reason: 'not-found' | 'too-short' | 'group' | 'check', group?: number): AppError {
  const what =
    reason === 'not-found'
      ? `There is no key in it; it starts with ${keyPrefix}-.`
      : reason === 'too-short'
        ? `The key is not whole: it has ${groupCount} groups of ${groupLength} characters after ${keyPrefix}.`
        : group === undefined
          ? 'The key has a typing error.'
          : `Group ${group} of the key is wrong.`
  return new AppError('KIT_INVALID', what, { details: { reason, group: group ?? null } })
}
