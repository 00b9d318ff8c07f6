/** What a restore writes beside its target until it is whole; never worth backing up. */
export const stagingPrefix = '.holdfast-restore-'

/**
 * The text of restic's `--exclude-file`. A file takes what an argument list cannot (length, and other
 * users see arguments), but restic reads it with rules of its own: `$` starts a variable, `#` a comment,
 * outer spaces are cut (040_backup.html#excluding-files). Here every pattern means what `--exclude` means.
 */
export function excludeFileText(patterns: readonly string[]): string {
  return exclusionPatterns(patterns)
    .map((pattern) => `${escapePattern(pattern)}\n`)
    .join('')
}

/** What a set leaves out, and what no set ever takes. */
export function exclusionPatterns(patterns: readonly string[]): string[] {
  return [...patterns, `${stagingPrefix}*`]
}

function escapePattern(pattern: string): string {
  return pattern
    .replaceAll('$', () => '$$')
    .replace(/^#/, '[#]')
    .replace(/^[ \t]+|[ \t]+$/g, (spaces) => Array.from(spaces, (space) => `[${space}]`).join(''))
}
