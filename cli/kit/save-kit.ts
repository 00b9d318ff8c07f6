import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { RecoveryKit } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { requestOnly } from '../request.ts'

/**
 * Makes this computer's key and its recovery kit, hands the kit over and asks for parts of it, so that nobody
 * has a backup whose key is lost with the computer.
 */
export async function saveNewKit(context: CommandContext, file: string | undefined): Promise<void> {
  const { kit } = await requestOnly(context, 'kit.create', {})
  context.terminal.remark(
    'Your recovery kit: without it nobody, not even the server’s operators, can read your backups once this computer is lost.',
  )
  await handOverKit(context, kit, file)
  context.terminal.remark('Keep it away from this computer: on paper, on a stick in a drawer, with a friend.')
  await confirmKit(context, kit.confirmGroups)
}

/** To a new file that only its owner can read, else to the terminal; never into a result that may be piped. */
export async function handOverKit(
  context: CommandContext,
  kit: RecoveryKit,
  file: string | undefined,
): Promise<void> {
  const chosen = file ?? (await askKitFile(context))
  if (chosen === undefined) {
    for (const line of kit.text.trimEnd().split('\n')) context.terminal.remark(line)
    return
  }
  const target = path.resolve(context.currentFolder, chosen)
  const content = /\.html?$/i.test(target) ? kit.html : kit.text
  try {
    await writeFile(target, content, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new AppError('TARGET_UNUSABLE', `The recovery kit could not be written to ${target} (${why}).`, {
      cause: error,
    })
  }
  remark(context, `The recovery kit is in ${target}.`)
}

async function askKitFile(context: CommandContext): Promise<string | undefined> {
  if (!context.terminal.isInteractive || context.manner.isNonInteractive) return undefined
  const typed = await ask(context, 'file of the recovery kit', {
    text: 'Save it to which file (ending in .html for a printable page; empty = show it here)? ',
  })
  return typed.trim() === '' ? undefined : typed.trim()
}

/** Asks for the groups until they are right; whoever has only clicked on has no kit. */
export async function confirmKit(context: CommandContext, groups: readonly number[]): Promise<void> {
  for (;;) {
    const typed: string[] = []
    for (const group of groups) {
      const text = `To confirm that you have it, type group ${group} of the key (group 1 comes after HFK1): `
      typed.push((await ask(context, `group ${group} of the key`, { text })).trim())
    }
    const reply = await context.api.request('kit.confirm', { groups: typed })
    if (reply.ok) {
      remark(context, 'The recovery kit is confirmed.')
      return
    }
    const canTypeAgain = ['KIT_INVALID', 'INPUT_INVALID'].includes(reply.problem.code)
    if (!canTypeAgain || !context.terminal.isInteractive) throw new ProblemError(reply.problem)
    context.terminal.remark(`${reply.problem.message} Look again.`)
  }
}
