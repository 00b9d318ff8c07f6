import { randomInt } from 'node:crypto'

/** Letters and digits that nobody confuses on paper or on the telephone: without i, l, o, 0, 1, u. */
export const plainAlphabet = 'abcdefghjkmnpqrstvwxyz23456789'

/** Random characters in groups, such as `k7m2p-x9w4t`. */
export function randomGroups(groupCount: number, groupLength: number): string {
  return Array.from({ length: groupCount }, () => randomFrom(plainAlphabet, groupLength)).join('-')
}

export function randomFrom(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
