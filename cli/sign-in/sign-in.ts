import type { Enrolment } from '../../shared/model/sign-in.ts'
import { ask } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { requestOnly } from '../request.ts'
import { walkSteps, type FinalStep } from './walk-steps.ts'

export interface SignInOptions {
  readonly loginName?: string | undefined
  readonly keepSignedIn?: boolean
  readonly trust?: boolean
  readonly enrol?: Enrolment
  readonly skipEnrolment?: boolean
  readonly saveBackupCodes?: string
}

export type SignedIn = Extract<FinalStep, { kind: 'signed-in' }>

/** From login name and password through whatever the server asks for to a session. */
export async function signIn(context: CommandContext, options: SignInOptions): Promise<SignedIn> {
  const last = await walkSignIn(context, options)
  if (last.kind !== 'signed-in') throw new Error(`Signing in ended in ${last.kind}.`)
  return last
}

/** The same, to whatever end: a recovery ends in waiting. */
export async function walkSignIn(
  context: CommandContext,
  options: SignInOptions & { readonly recover?: boolean },
): Promise<FinalStep> {
  const loginName = options.loginName ?? (await askLoginName(context))
  const password = await ask(context, 'password', { text: 'Password: ', isSecret: true })
  const { step } = await requestOnly(context, 'signIn.start', {
    loginName,
    password,
    keepSignedIn: options.keepSignedIn ?? false,
  })
  return await walkSteps(context, step, {
    saveBackupCodes: options.saveBackupCodes,
    enrol: options.enrol,
    skipEnrolment: options.skipEnrolment ?? false,
    trustDevice: options.trust ?? false,
    recover: options.recover ?? false,
  })
}

async function askLoginName(context: CommandContext): Promise<string> {
  const { loginName: known } = await requestOnly(context, 'app.status', {})
  const hint = known === null ? '' : ` [${known}]`
  // A script writes the password next; a known name is not asked for there.
  if (known !== null && !context.terminal.isInteractive) return known
  const typed = (await ask(context, 'login name', { text: `Login name${hint}: ` })).trim()
  return typed === '' && known !== null ? known : typed
}
