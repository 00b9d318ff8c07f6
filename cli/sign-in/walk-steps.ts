import { assertNever } from '../../shared/errors.ts'
import type { ClientStep, Enrolment, finalSteps } from '../../shared/model/sign-in.ts'
import type { CommandContext } from '../context.ts'
import { approveOnPhone } from './approve-on-phone.ts'
import { changePassword } from './change-password.ts'
import { enterCode } from './enter-code.ts'
import { chooseEnrolment, chooseMethod } from './choose.ts'
import { showBackupCodes } from './backup-codes.ts'
import { chooseLegacy } from './choose-legacy.ts'
import { pairAuthenticator } from './pair-authenticator.ts'
import { usePasskey } from './use-passkey.ts'
import { recoverByPhone, startRecovery } from './recover-by-phone.ts'

export interface StepOptions {
  /** File for new backup codes instead of the screen. */
  readonly saveBackupCodes: string | undefined
  /** What to register when something is to be registered. */
  readonly enrol?: Enrolment | undefined
  /** Decline the offer to register something. */
  readonly skipEnrolment?: boolean
  /** The new password replaces a forgotten one, not one that an administrator gave. */
  readonly isForgotten?: boolean
  /** Go to the recovery phone instead of the registered methods. */
  readonly recover?: boolean
  /** Do not ask for a second factor on this computer for a while. */
  readonly trustDevice?: boolean
}

export type FinalStep = Extract<ClientStep, { kind: (typeof finalSteps)[number] }>
export type OpenStep = Exclude<ClientStep, FinalStep>

/**
 * Leads a person through a transaction, step by step, as the server sends them. Which step comes next is the
 * server's decision alone.
 *
 * @throws ProblemError when the transaction cannot go on
 */
export async function walkSteps(
  context: CommandContext,
  first: ClientStep,
  options: StepOptions,
): Promise<FinalStep> {
  let step = first
  // A flag picks the method once: when the person asks for another, the flag must not take them back.
  let method = context.manner.method
  let mayRecover = options.recover ?? false
  for (;;) {
    switch (step.kind) {
      case 'signed-in':
      case 'enrolled':
        if (step.backupCodes !== null)
          await showBackupCodes(context, step.backupCodes, options.saveBackupCodes)
        return step
      case 'granted':
      case 'recovery-waiting':
      case 'contact-proven':
      case 'password-changed':
        return step
      case 'change-password':
        step = await changePassword(context, options.isForgotten ?? false)
        break
      case 'offer-enrolment':
      case 'must-enrol':
        step = await chooseEnrolment(context, step, options)
        break
      case 'offer-legacy':
        step = await chooseLegacy(context, step, options)
        break
      case 'choose-method':
        step = mayRecover ? await startRecovery(context) : await chooseMethod(context, step, method)
        mayRecover = false
        method = undefined
        break
      case 'recover-by-phone':
        step = await recoverByPhone(context, step)
        break
      case 'enter-code':
        step = await enterCode(context, step.challenge, options.trustDevice ?? false)
        break
      case 'pair-authenticator':
        step = await pairAuthenticator(context, step)
        break
      case 'use-passkey':
      case 'register-passkey':
        step = await usePasskey(context, step, options.trustDevice ?? false)
        break
      case 'approve-on-phone':
      case 'pair-phone':
        step = await approveOnPhone(context, step, options.trustDevice ?? false)
        break
      default:
        assertNever(step)
    }
  }
}
