import { createHash, randomBytes } from 'node:crypto'
import type { Step } from '../../shared/model/sign-in.ts'
import type { HandOff } from '../../shared/model/passkey.ts'
import { openTestAuth, origin, stepOf, type DeepPartialPolicy } from '../sign-in/auth.fixture.ts'
import { authenticateTransaction } from '../sign-in/transactions.ts'
import type { Store } from '../store/store.ts'
import { softAuthenticator, type Oddities, type SoftAuthenticator } from './authenticator.fixture.ts'

export const site = 'https://cbs.example.com'

export const random = (): string => randomBytes(32).toString('base64url')
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** A client's side of a hand-off, with what it keeps to itself. */
export interface ClientSide {
  readonly verifier: string
  readonly state: string
  readonly handOff: HandOff
  readonly token: string
}

/** Signing in on a server that has a public address, with the client's and the browser's side of a hand-off. */
export async function openPasskeyAuth(policy: DeepPartialPolicy = {}, store?: Store) {
  const auth = await openTestAuth(policy, store, { publicAddress: site })
  const { handlers, deps } = auth

  const asClient = (transactionToken: string) => {
    const call = async () => ({
      origin,
      caller: { transaction: await authenticateTransaction(deps, transactionToken) },
    })
    return {
      start: async (way: HandOffStartWay = 'this-computer'): Promise<ClientSide> => {
        const [verifier, state] = [random(), random()]
        const codeChallenge = challengeOf(verifier)
        const start =
          way === 'this-computer' ? { way, codeChallenge, state, port: 49_152 } : { way, codeChallenge }
        const { handOff } = await handlers.startHandOff(start, await call())
        return { verifier, state, handOff, token: handOff.address.split('#')[1] ?? '' }
      },
      finish: async (codeVerifier: string, code?: string, trustDevice = false): Promise<Step | null> => {
        const given = { codeVerifier, trustDevice, ...(code === undefined ? {} : { code }) }
        return (await handlers.finishHandOff(given, await call())).step
      },
      cancel: async () => await handlers.cancelHandOff({}, await call()),
    }
  }

  /** The page in a browser, which may be anybody's. */
  const inBrowser = (from = origin) => {
    const call = { origin: from, caller: undefined }
    return {
      open: async (by: { token: string } | { userCode: string }) => await handlers.openHandOff(by, call),
      options: async (pageKey: string) => (await handlers.passkeyOptions({ pageKey }, call)).options,
      answer: async (pageKey: string, answer: ReturnType<SoftAuthenticator['use']>) =>
        (await handlers.answerPasskey({ pageKey, answer }, call)).redirect,
      decline: async (pageKey: string) => (await handlers.declineHandOff({ pageKey }, call)).redirect,
    }
  }

  /** What the browser brings back to the client, after the person used this authenticator. */
  async function throughBrowser(
    side: ClientSide,
    key: SoftAuthenticator,
    odd: Oddities = {},
  ): Promise<string> {
    const browser = inBrowser()
    const opened = await browser.open(
      side.handOff.userCode === null ? { token: side.token } : { userCode: side.handOff.userCode },
    )
    const options = await browser.options(opened.pageKey)
    const answer = opened.handOff.isNew ? key.make(options, odd) : key.use(options, odd)
    const redirect = await browser.answer(opened.pageKey, answer)
    return redirect === null ? '' : (new URL(redirect).searchParams.get('code') ?? '')
  }

  /** From the open request for a passkey to the step after it. */
  async function prove(token: string, key: SoftAuthenticator, odd: Oddities = {}): Promise<Step> {
    const client = asClient(token)
    const side = await client.start()
    const code = await throughBrowser(side, key, odd)
    const step = await client.finish(side.verifier, code)
    if (step === null) throw new Error('The passkey was used, and the client must wait.')
    return step
  }

  /** A user whose only method is a passkey, registered the way that a person registers one. */
  async function userWithPasskey(loginName: string) {
    const user = await auth.newUser(loginName)
    const key = softAuthenticator(site)
    const started = await auth.signIn(loginName)
    await started.enrol({ method: 'passkey', label: 'My key' })
    const end = stepOf(await prove(started.transactionToken, key), 'signed-in')
    const { factors } = await auth.inSession(end.sessionToken).factors()
    const factor = factors.find(({ method }) => method === 'passkey')
    if (factor === undefined) throw new Error('The passkey was not registered.')
    return { ...user, key, factorId: factor.id, sessionToken: end.sessionToken, backupCodes: end.backupCodes }
  }

  /** A sign-in that waits for the passkey. */
  async function waiting(user: { loginName: string; factorId: Parameters<Started['choose']>[0] }) {
    const started = await auth.signIn(user.loginName)
    const step = stepOf(await started.choose(user.factorId), 'use-passkey')
    return { ...started, step, client: asClient(started.transactionToken) }
  }

  return { ...auth, asClient, inBrowser, throughBrowser, provePasskey: prove, userWithPasskey, waiting }
}
type HandOffStartWay = 'this-computer' | 'other-device'
type Started = Awaited<ReturnType<Awaited<ReturnType<typeof openTestAuth>>['signIn']>>
export type PasskeyAuth = Awaited<ReturnType<typeof openPasskeyAuth>>
