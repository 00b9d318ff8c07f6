import { writeFile } from 'node:fs/promises'
import { ask } from '../ask.ts'
import type { CommandContext } from '../context.ts'

/**
 * Hands over new backup codes, which nobody can show a second time. They go to a new file that only its owner
 * can read, or to the screen; a person must say that they are kept before anything else happens.
 */
export async function showBackupCodes(
  context: CommandContext,
  codes: readonly string[],
  file: string | undefined,
): Promise<void> {
  const { terminal, manner } = context
  if (file !== undefined) {
    const failure = await saveTo(file, codes)
    if (failure === undefined) {
      terminal.remark(
        `Your ${codes.length} backup codes are in ${file}. Keep them where this computer’s thief has no access.`,
      )
      return
    }
    // They exist only here: a file that cannot be written must not lose them.
    terminal.remark(`The backup codes could not be saved to ${file} (${failure}), so here they are:`)
  }
  terminal.remark(
    'Backup codes: each lets you in once when your phone or app is lost. They are shown only now.',
  )
  for (const code of codes) terminal.remark(`  ${code}`)
  if (!terminal.isInteractive || manner.isNonInteractive) return
  let answer = ''
  while (answer.trim().toLowerCase() !== 'saved') {
    answer = await ask(context, 'confirmation', {
      text: 'Write them down or print them, then type "saved": ',
    })
  }
}

async function saveTo(file: string, codes: readonly string[]): Promise<string | undefined> {
  try {
    await writeFile(file, `${codes.join('\n')}\n`, { mode: 0o600, flag: 'wx' })
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}
