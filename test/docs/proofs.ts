import type { TextFile } from './doc-files.ts'

/** What a cell of proofs says: tests as `` `file` › title ``, or in words why there is none. */
export interface ProofCell {
  readonly cell: string
  /** Whether a reason in words will do, instead of a test. */
  readonly mayBeReason: boolean
}

/** What is wrong with a cell of proofs, in words; empty = every test of it is there. */
export function faultsOf({ cell, mayBeReason }: ProofCell, files: readonly TextFile[]): string[] {
  const parts = cell.split('<br>').map((part) => part.trim())
  if (!cell.includes('›')) {
    if (mayBeReason && /\p{L}{3}/u.test(cell)) return []
    return [`"${cell}" is neither a test nor a reason`]
  }
  return parts.flatMap((part) => {
    const [, name = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(part) ?? []
    if (title === '') return [`"${part}" is not of the form \`file\` › title`]
    if (!/\.test\.tsx?$/.test(name)) return [`${name} is no test`]
    const file = files.find((each) => each.name === name)
    if (file === undefined) return [`There is no ${name}`]
    const isTitle = ["'", '`', '"'].some((quote) => file.text.includes(`${quote}${title}${quote}`))
    return isTitle ? [] : [`${name} has no test "${title}"`]
  })
}

/** Those that are there more than once. */
export function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}

/**
 * The requirements that a row of the ASVS names at its beginning: one, several (`8.1.1, 8.1.2`) or a range
 * (`6.8.1–6.8.4`).
 */
export function requirementsIn(text: string): string[] {
  const [, named = ''] = /^([\d., –]+)(?: |$)/.exec(text) ?? []
  return named.split(',').flatMap((each) => {
    const [from = '', to = from] = each.trim().split('–')
    const section = from.slice(0, from.lastIndexOf('.'))
    const [first, last] = [from, to].map((number) => Number(number.slice(number.lastIndexOf('.') + 1)))
    return Array.from(
      { length: (last ?? 0) - (first ?? 0) + 1 },
      (_, index) => `${section}.${(first ?? 0) + index}`,
    )
  })
}

/** How many requirements each section of ASVS 5.0 has, of the chapters that docs/asvs.md is about. */
export const asvsSections: Readonly<Record<string, number>> = {
  '2.1': 3,
  '2.2': 3,
  '2.3': 5,
  '2.4': 2,
  '6.1': 3,
  '6.2': 12,
  '6.3': 8,
  '6.4': 6,
  '6.5': 8,
  '6.6': 4,
  '6.7': 2,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 3,
  '7.6': 2,
  '8.1': 4,
  '8.2': 4,
  '8.3': 3,
  '8.4': 2,
  '9.1': 3,
  '9.2': 4,
  '16.1': 1,
  '16.2': 5,
  '16.3': 4,
  '16.4': 3,
  '16.5': 4,
}
