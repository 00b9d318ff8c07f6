/** The operating system's name of a failure, such as `ENOENT`; `unknown` for any other kind. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'unknown'
}
