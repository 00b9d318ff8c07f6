import { chmod } from 'node:fs/promises'
import { writeWhole } from '../../core/profile/write-whole.ts'

/**
 * A name to begin with in the system's save dialog: never a path, never a hidden file, and nothing that a
 * file system refuses.
 */
export function safeFileName(suggested: string): string {
  const last = suggested.split(/[/\\]/).at(-1) ?? ''
  // Control characters, and what Windows keeps for itself.
  const kept = Array.from(last, (character) =>
    character < ' ' || '<>:"|?*'.includes(character) ? '-' : character,
  )
  const name = kept
    .join('')
    .replace(/^[.\s-]+/, '')
    .trim()
  return name === '' ? 'holdfast.txt' : name
}

/** Writes what may be a recovery kit: whole, and readable by its owner only. @throws AppError DISK_FULL */
export async function saveTextAs(path: string, text: string): Promise<void> {
  await writeWhole(path, text)
  await chmod(path, 0o600)
}
