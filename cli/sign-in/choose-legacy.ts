import type { ClientStep } from '../../shared/model/sign-in.ts'
import { askChoice, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatInstant } from '../format/time.ts'
import { stepOf } from './choose.ts'
import type { OpenStep, StepOptions } from './walk-steps.ts'

/** A legacy client: a second factor now, or backups and nothing else. Flags of `login` answer beforehand. */
export async function chooseLegacy(
  context: CommandContext,
  { until }: Extract<OpenStep, { kind: 'offer-legacy' }>,
  { enrol, skipEnrolment }: StepOptions,
): Promise<ClientStep> {
  remark(
    context,
    `This account comes from an older version. Until ${formatInstant(until)} or its first backup it may go on without a second factor, to set this computer up and back it up. It can then not restore, look into backups or change anything.`,
  )
  if (!(await skips(context, enrol !== undefined, skipEnrolment === true))) {
    return stepOf(await context.api.request('transaction.chooseAnother', {}))
  }
  return stepOf(await context.api.request('transaction.skipEnrolment', { dontShowAgain: false }))
}

async function skips(context: CommandContext, enrols: boolean, declines: boolean): Promise<boolean> {
  if (enrols) return false
  if (declines) return true
  return await askChoice(context, 'second factor', 'Go on how?', [
    { text: 'set up a second factor now', value: false },
    { key: 's', text: 'only back up', value: true },
  ])
}
