import type { ClientHandlers, ClientInput, ClientOutput } from '../../shared/client-api.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { PhoneApproval } from '../../shared/model/push.ts'
import type { ClientInfo, ClientStep, Step } from '../../shared/model/sign-in.ts'
import type { CallOf } from '../../shared/routes.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { Credentials } from '../server-client/server-client.ts'
import { createHandOffs } from '../passkeys/hand-off.ts'
import { createPhoneWaits } from '../push/phone-wait.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface SignInDeps extends Pick<
  CoreDeps,
  'profile' | 'secrets' | 'server' | 'device' | 'log' | 'clock'
> {
  readonly session: SessionKeeper
  readonly clientInfo: ClientInfo
}

type SignInRequest =
  | `signIn.${'start' | 'signOut'}`
  | 'stepUp.start'
  | `transaction.${'changePassword' | 'chooseMethod' | 'chooseAnother' | 'resend' | 'prove' | 'startEnrolment' | 'skipEnrolment' | 'cancel' | 'startHandOff' | 'awaitHandOff' | 'cancelHandOff' | 'awaitPhone' | 'askPhone' | 'stopAwaitingPhone'}`
  | 'transaction.startRecovery'
  | 'transaction.recoveryNumber'
  | 'factors.enrol'
  | 'recovery.setPhone'
  | 'account.setEmail'
  | 'password.startReset'

/** A sign-in, step-up or enrolment under way. Its token never leaves this process. */
interface Transaction {
  /** The server that gave the token: no other one is ever shown it. */
  readonly address: string
  readonly token: string
  /** Set for a sign-in: whom the session will be of. */
  readonly loginName: string | null
  /** What a phone is to approve now. */
  readonly approval?: PhoneApproval
}

/**
 * Signing in as data: each answer is the next step, decided by the server (ARCHITECTURE §4). One
 * transaction is open at a time; starting another gives the first one up.
 */
export function signInHandlers(deps: SignInDeps): Pick<ClientHandlers, SignInRequest> {
  const { profile, session } = deps
  const handOffs = createHandOffs(deps)
  const phoneWaits = createPhoneWaits(deps)
  let open: Transaction | undefined

  /** Keeps what must stay in core and shows the rest. */
  const advance = async (step: Step, transaction: Transaction): Promise<{ step: ClientStep }> => {
    const { approval: _before, ...same } = transaction
    open = 'approval' in step ? { ...same, approval: step.approval } : same
    // Whatever a browser or a phone was asked belonged to the step before.
    handOffs.drop()
    phoneWaits.drop()
    switch (step.kind) {
      case 'signed-in': {
        open = undefined
        const { sessionToken, ...shown } = step
        const { address } = transaction
        await session.keep({ address, token: sessionToken, scope: step.scope, expiresAt: step.expiresAt })
        await profile.update({ loginName: transaction.loginName })
        return { step: shown }
      }
      case 'granted': {
        open = undefined
        const { grantToken, ...shown } = step
        session.holdGrant(step.operation, grantToken)
        return { step: shown }
      }
      case 'enrolled':
      case 'recovery-waiting':
      case 'contact-proven':
      case 'password-changed':
        open = undefined
        return { step }
      default:
        return { step }
    }
  }

  /** Calls the server for the open transaction. */
  const inTransaction = async <T>(
    work: (credentials: Credentials, transaction: Transaction) => Promise<T>,
  ): Promise<T> => {
    const transaction = open
    if (transaction === undefined || transaction.address !== deps.server().address) {
      throw new AppError('SIGN_IN_ENDED', 'No sign-in is under way; start again.', {
        details: { reason: 'none' },
      })
    }
    try {
      return await work({ kind: 'bearer', token: transaction.token }, transaction)
    } catch (error) {
      if (isAppError(error, 'SIGN_IN_ENDED') && open === transaction) open = undefined
      throw error
    }
  }

  type StepRoute =
    | 'signInChangePassword'
    | 'chooseMethod'
    | 'chooseAnother'
    | 'resend'
    | 'prove'
    | 'startEnrolment'
    | 'skipEnrolment'
    | 'askPhone'
    | 'startRecovery'
    | 'recoveryNumber'
  const answer = <N extends StepRoute>(route: N, input: CallOf<N>): Promise<{ step: ClientStep }> =>
    inTransaction(async (credentials, transaction) => {
      const { step } = await deps.server().call(route, input, credentials)
      return advance(step, transaction)
    })

  const begin = (
    { transactionToken, step }: { transactionToken: string; step: Step },
    loginName: string | null,
  ): Promise<{ step: ClientStep }> =>
    advance(step, { address: deps.server().address, token: transactionToken, loginName })

  return {
    'signIn.start': async (input) => {
      // Before the password is sent: without a place for the session there is no use in signing in.
      await deps.secrets.read('session')
      return begin(await startSignIn(deps, input), input.loginName)
    },
    'signIn.signOut': () => signOut(deps),
    'stepUp.start': async ({ operation }) =>
      begin(await deps.server().call('stepUp', { operation }, await session.credentials()), null),
    'factors.enrol': async (enrolment) => {
      const credentials = await session.credentials()
      const call = (input: CallOf<'enrolFactor'>) => deps.server().call('enrolFactor', input, credentials)
      const operation = { kind: 'change-factors' } as const
      // The first method of an account needs no grant; the server knows whether it is the first.
      const begun = session.hasGrant(operation)
        ? await session.useGrant(operation, (grantToken) => call({ enrolment, grantToken }))
        : await call({ enrolment })
      return begin(begun, null)
    },
    'recovery.setPhone': async (input) => {
      const credentials = await session.credentials()
      const begun = await session.useGrant({ kind: 'change-factors' }, (grantToken) =>
        deps.server().call('startRecoveryPhone', { ...input, grantToken }, credentials),
      )
      return begin(begun, null)
    },
    'account.setEmail': async (input) => {
      const credentials = await session.credentials()
      const call = (grant: { grantToken?: string }) =>
        deps.server().call('startEmailChange', { ...input, ...grant }, credentials)
      const operation = { kind: 'change-factors' } as const
      // An account without a second factor has no grant to give; the server knows which ones need it.
      const begun = session.hasGrant(operation)
        ? await session.useGrant(operation, (grantToken) => call({ grantToken }))
        : await call({})
      return begin(begun, null)
    },
    'password.startReset': async ({ fromPage, resetCode }) => {
      const input = { resetCode, client: clientOf(deps, fromPage) }
      return begin(await deps.server().call('startPasswordReset', input, { kind: 'none' }), null)
    },
    'transaction.startRecovery': () => answer('startRecovery', {}),
    'transaction.recoveryNumber': (input) => answer('recoveryNumber', input),
    'transaction.changePassword': (input) => answer('signInChangePassword', input),
    'transaction.chooseMethod': (input) => answer('chooseMethod', input),
    'transaction.chooseAnother': () => answer('chooseAnother', {}),
    'transaction.resend': (input) => answer('resend', input),
    'transaction.prove': (input) => answer('prove', input),
    'transaction.startEnrolment': (input) => answer('startEnrolment', input),
    'transaction.skipEnrolment': (input) => answer('skipEnrolment', input),
    'transaction.startHandOff': (input) => inTransaction((credentials) => handOffs.start(credentials, input)),
    'transaction.awaitHandOff': ({ trustDevice }) =>
      inTransaction(async (credentials, transaction) =>
        advance(await handOffs.wait(credentials, trustDevice), transaction),
      ),
    'transaction.cancelHandOff': async () => {
      handOffs.drop()
      await inTransaction((credentials) => deps.server().call('cancelHandOff', {}, credentials))
      return { done: true }
    },
    'transaction.awaitPhone': ({ trustDevice }) =>
      inTransaction(async (credentials, transaction) => {
        const { approval } = transaction
        if (approval === undefined) throw new AppError('CONFLICT', 'No phone was asked.')
        return advance(await phoneWaits.wait(credentials, approval, trustDevice), transaction)
      }),
    'transaction.askPhone': () => answer('askPhone', {}),
    'transaction.stopAwaitingPhone': () => {
      phoneWaits.drop()
      return Promise.resolve({ done: true })
    },
    'transaction.cancel': async () => {
      handOffs.drop()
      phoneWaits.drop()
      const cancel = (credentials: Credentials) => deps.server().call('cancelTransaction', {}, credentials)
      if (open !== undefined) {
        try {
          await inTransaction(cancel)
        } catch (error) {
          // It is over already: that is what was asked for.
          if (!isAppError(error, 'SIGN_IN_ENDED')) throw error
        }
      }
      open = undefined
      return { done: true }
    },
  }
}

/** The process may be a terminal's or the daemon's: what the person sits at decides. */
function clientOf({ clientInfo }: SignInDeps, fromPage: true | undefined): ClientInfo {
  return fromPage === true ? { ...clientInfo, kind: 'page' } : clientInfo
}

/**
 * A computer that is enrolled for this login name proves its key too: it then has limits of its own, so that
 * nobody else can lock its owner out, and may be trusted. One that the server no longer knows is like any other.
 */
async function startSignIn(
  deps: SignInDeps,
  { fromPage, language, ...input }: ClientInput<'signIn.start'>,
): Promise<{ transactionToken: string; step: Step }> {
  const client = { ...clientOf(deps, fromPage), ...(language === undefined ? {} : { language }) }
  const call = (device?: CallOf<'signInStart'>['device']) =>
    deps
      .server()
      .call(
        'signInStart',
        { ...input, client, ...(device === undefined ? {} : { device }) },
        { kind: 'none' },
      )
  const { device, loginName } = deps.profile.settings()
  if (device === null || loginName?.toLowerCase() !== input.loginName.toLowerCase()) return call()
  const { loginName: typed } = input
  const proof = await deps.device.prove((basis) => deviceProof.signIn({ ...basis, loginName: typed }))
  try {
    return await call(proof)
  } catch (error) {
    if (!isAppError(error, 'DEVICE_UNKNOWN') && !isAppError(error, 'DEVICE_REVOKED')) throw error
    deps.log.warn(
      { code: error.code },
      'The server does not take this computer’s proof; signing in without it',
    )
    return call()
  }
}

/** Signed out here in any case. @throws AppError SERVER_UNREACHABLE when the server could not be told */
async function signOut({ server, session }: SignInDeps): Promise<ClientOutput<'signIn.signOut'>> {
  if ((await session.current()) === undefined) return { done: true }
  const credentials = await session.credentials()
  await session.forget()
  try {
    await server().call('signOut', {}, credentials)
  } catch (error) {
    if (!isAppError(error, 'SESSION_ENDED')) throw error
  }
  return { done: true }
}
