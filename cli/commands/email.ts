import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import { walkSteps } from '../sign-in/walk-steps.ts'

export function addEmail(program: Command, host: Host): void {
  const email = program
    .command('email')
    .description(
      'the mail address of your account: hears of changes, and gets the code for a forgotten password',
    )
    .action(host.run(show))
  email
    .command('set')
    .description('set or change it; counts only after a code that is sent there')
    .argument('[address]', 'mail address')
    .action(host.run(set))
}

async function show(context: CommandContext): Promise<number> {
  const { recovery } = await request(context, 'recovery.get', {})
  result(context, { maskedEmail: recovery.maskedEmail }, () => [
    recovery.maskedEmail === null
      ? 'No mail address is confirmed. Set one: `holdfast email set`.'
      : `The mail address is ${recovery.maskedEmail}.`,
  ])
  return 0
}

async function set(context: CommandContext, given: string | undefined): Promise<number> {
  const email = given ?? (await ask(context, 'mail address', { text: 'Mail address: ' })).trim()
  const { step } = await request(context, 'account.setEmail', { email })
  const last = await walkSteps(context, step, { saveBackupCodes: undefined })
  if (last.kind !== 'contact-proven') throw new Error(`Setting the mail address ended in ${last.kind}.`)
  result(context, { maskedDestination: last.maskedDestination }, () => [
    `The mail address is ${last.maskedDestination} now.`,
  ])
  return 0
}
