import type { Command } from 'commander'
import { ask, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import { walkSteps } from '../sign-in/walk-steps.ts'

/** `holdfast factors recovery-phone …`. */
export function addRecoveryPhone(factors: Command, host: Host): void {
  const phone = factors
    .command('recovery-phone')
    .description('the phone that brings you back, after a waiting time, when every second factor is lost')
    .action(host.run(show))
  phone
    .command('set')
    .description('register it, or another one in its place; counts only after a live proof')
    .argument('[number]', 'with country code, such as "+49 171 1234567"')
    .action(host.run(set))
  phone
    .command('remove')
    .description('have none any more; a recovery that waits ends')
    .option('-y, --yes', 'do not ask')
    .action(host.run(remove))
}

async function show(context: CommandContext): Promise<number> {
  const { recovery } = await request(context, 'recovery.get', {})
  result(context, { recoveryPhone: recovery.recoveryPhone }, () => [
    recovery.recoveryPhone === null
      ? 'No recovery phone is registered. Register one: `holdfast factors recovery-phone set`.'
      : `The recovery phone is ${recovery.recoveryPhone.maskedDestination}.`,
  ])
  return 0
}

async function set(context: CommandContext, given: string | undefined): Promise<number> {
  const phoneNumber =
    given ?? (await ask(context, 'number', { text: 'Telephone number, with country code: ' })).trim()
  const { step } = await request(context, 'recovery.setPhone', { phoneNumber })
  const last = await walkSteps(context, step, { saveBackupCodes: undefined })
  if (last.kind !== 'contact-proven') throw new Error(`Registering a recovery phone ended in ${last.kind}.`)
  result(context, { maskedDestination: last.maskedDestination }, () => [
    `The recovery phone is ${last.maskedDestination} now.`,
  ])
  return 0
}

async function remove(context: CommandContext, options: { readonly yes?: boolean }): Promise<number> {
  const question = 'Remove the recovery phone?'
  if (options.yes !== true && !(await askYesNo(context, 'confirmation (--yes)', question, false))) {
    remark(context, 'Nothing was changed.')
    return 0
  }
  await request(context, 'recovery.removePhone', {})
  result(context, { isRemoved: true }, () => ['There is no recovery phone any more.'])
  return 0
}
