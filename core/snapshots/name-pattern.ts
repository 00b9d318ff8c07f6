/** Here only `*` and `?` are special (shared/client-api.ts); for restic brackets and backslashes are too. */
export function resticPattern(pattern: string): string {
  return pattern.replace(/[\\[]/g, (special) => `\\${special}`)
}

/** Whether a name matches the last part of a pattern. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1)
  const source = Array.from(last, (character) => {
    if (character === '*') return '.*'
    if (character === '?') return '.'
    return character.replace(/[\\^$.*+?()[\]{}|]/g, (special) => `\\${special}`)
  })
  const expression = new RegExp(`^${source.join('')}$`, 'su')
  return (name) => expression.test(name)
}
