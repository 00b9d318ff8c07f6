import { posix, win32 } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { globMatcher } from './glob.ts'

/** Which exclusion leaves a path out; undefined when none does. */
export type Exclusions = (parts: readonly string[]) => string | undefined

interface Pattern {
  readonly text: string
  readonly isNegated: boolean
  readonly parts: readonly Part[]
}

/** `/` begins a path from the root, `**` stands for any number of folders; anything else is about one name. */
type Part = '/' | '**' | ((name: string) => boolean)

/**
 * The meaning of restic's exclude patterns (https://restic.readthedocs.io/en/stable/040_backup.html#excluding-files):
 * a pattern matches a path or anything above it, anywhere unless it begins with a slash, and a later `!pattern`
 * takes an exclusion back. restic itself cannot be asked: it names what it backs up only after it has read
 * all of it, and never names what it leaves out. core/previews/exclusions.property.test.ts holds this against
 * restic's own dry run.
 *
 * @throws AppError INPUT_INVALID for a pattern that restic refuses
 */
export function exclusionsOf(texts: readonly string[], platform: NodeJS.Platform): Exclusions {
  const patterns = texts.map((text) => patternOf(text, platform))
  return (parts) => {
    let excludedBy: string | undefined
    for (const pattern of patterns) {
      if (pattern.isNegated) {
        if (excludedBy !== undefined && isMatch(pattern.parts, parts)) excludedBy = undefined
      } else if (excludedBy === undefined && isMatch(pattern.parts, parts)) excludedBy = pattern.text
    }
    return excludedBy
  }
}

/** The names of an absolute path; the root of a Unix file system is `/`. */
export function partsOf(path: string, platform: NodeJS.Platform): string[] {
  const parts = (platform === 'win32' ? path.replaceAll('\\', '/') : path).split('/')
  return parts.map((part, index) => (index === 0 && part === '' ? '/' : part))
}

function patternOf(text: string, platform: NodeJS.Platform): Pattern {
  const isNegated = text.startsWith('!')
  const path = cleaned(isNegated ? text.slice(1) : text, platform)
  const parts = partsOf(path, platform).map((part): Part => {
    if (part === '/') return '/'
    // To restic the root alone is the root and anything below it.
    if (part === '**' || part === '') return '**'
    if (!/[\\[\]*?]/.test(part)) return (name) => name === part
    const matches = globMatcher(part, platform)
    if (matches === undefined) {
      throw new AppError('INPUT_INVALID', 'An exclusion is no valid pattern.', {
        details: { paths: ['exclusions'], reason: 'not-a-pattern' },
      })
    }
    return matches
  })
  return { text, isNegated, parts }
}

/** As Go's filepath.Clean: no `.`, no `..` that could be resolved, no slash at the end. */
function cleaned(text: string, platform: NodeJS.Platform): string {
  const normal = platform === 'win32' ? win32.normalize(text).replaceAll('\\', '/') : posix.normalize(text)
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

function isMatch(pattern: readonly Part[], parts: readonly string[]): boolean {
  const wild = pattern.indexOf('**')
  if (wild !== -1) {
    const [before, after] = [pattern.slice(0, wild), pattern.slice(wild + 1)]
    for (let folders = 0; folders <= parts.length - pattern.length + 1; folders++) {
      const anything = Array.from({ length: folders }, () => anyName)
      if (isMatch([...before, ...anything, ...after], parts)) return true
    }
    return false
  }
  const [first] = pattern
  if (first === undefined) return parts.length === 0
  if (first === '/') return hasAt(pattern, parts, 0)
  const lowest = parts[0] === '/' ? 1 : 0
  for (let at = parts.length - pattern.length; at >= lowest; at--) {
    if (hasAt(pattern, parts, at)) return true
  }
  return false
}

function anyName(name: string): boolean {
  return name !== '/'
}

function hasAt(pattern: readonly Part[], parts: readonly string[], at: number): boolean {
  return (
    pattern.length + at <= parts.length &&
    pattern.every((part, index) => {
      const name = parts[at + index] ?? ''
      return typeof part === 'string' ? part === name : part(name)
    })
  )
}
