import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { PhoneRequestView } from '../../shared/push-routes.ts'
import type { PushSubscription } from '../../shared/model/push.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { phoneProof } from '../../shared/phone-proof.ts'
import { issueNonce } from '../devices/nonces.ts'
import {
  openTestAuth,
  origin,
  stepOf,
  type DeepPartialPolicy,
  type TestDevice,
} from '../sign-in/auth.fixture.ts'
import { authenticateTransaction } from '../sign-in/transactions.ts'
import type { Store } from '../store/store.ts'
import { phoneKeyId } from './phone-key.ts'
import { pollSeconds } from './phone-request-rows.ts'

export const site = 'https://cbs.example.com'

/** What a phone signs differently from an honest one. */
interface Oddities {
  readonly origin?: string
  readonly request?: Partial<PhoneRequestView>
  readonly key?: KeyObject
}

/** Signing in on a server that pairs phones, with phones that do what they are told. */
export async function openPushAuth(policy: DeepPartialPolicy = {}, store?: Store) {
  const auth = await openTestAuth(policy, store, { publicAddress: site })
  const { deps, handlers } = auth

  function newPhone(from = origin) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' })
    const point = Buffer.concat([
      Buffer.from([4]),
      Buffer.from(jwk.x ?? '', 'base64url'),
      Buffer.from(jwk.y ?? '', 'base64url'),
    ]).toString('base64url')
    const keyId = phoneKeyId(point)
    const call = { origin: from, caller: undefined }
    const signed = (text: string, key = privateKey): string =>
      sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    const about = (request: PhoneRequestView, odd: Oddities) => {
      const seen = { ...request, ...odd.request }
      return {
        origin: odd.origin ?? site,
        requestId: seen.requestId,
        challengeId: seen.challengeId,
        subject: { loginName: seen.loginName, purpose: seen.purpose, operation: seen.operation },
      }
    }
    const withNonce = (text: (nonce: string) => string, nonce = issueNonce(deps).nonce) => ({
      keyId,
      nonce,
      signature: signed(text(nonce)),
    })
    return {
      keyId,
      privateKey,
      pair: async (address: string, odd: Oddities = {}) => {
        const token = address.split('#')[1] ?? ''
        const text = phoneProof.pair({ origin: odd.origin ?? site, token, publicKey: point })
        const given = { token, publicKey: point, label: 'Anna’s phone', signature: signed(text, odd.key) }
        return (await handlers.pairPhone(given, call)).request
      },
      look: async (nonce?: string) =>
        await handlers.phoneRequests(
          withNonce((each) => phoneProof.look({ origin: site, keyId, nonce: each }), nonce),
          call,
        ),
      approve: async (request: PhoneRequestView, number: string, odd: Oddities = {}) => {
        const text = phoneProof.approve({ ...about(request, odd), number })
        const { requestId } = request
        const answer = {
          answer: 'approve',
          keyId,
          requestId,
          number,
          signature: signed(text, odd.key),
        } as const
        await handlers.answerPhoneRequest(answer, call)
      },
      deny: async (request: PhoneRequestView, odd: Oddities = {}) => {
        const text = phoneProof.deny(about(request, odd))
        const { requestId } = request
        const answer = { answer: 'deny', keyId, requestId, signature: signed(text, odd.key) } as const
        await handlers.answerPhoneRequest(answer, call)
      },
      subscribe: async (subscription: PushSubscription | null, nonce?: string) => {
        const json = subscription === null ? '' : JSON.stringify(subscription)
        const proof = withNonce(
          (each) => phoneProof.subscribe({ origin: site, keyId, nonce: each, subscription: json }),
          nonce,
        )
        await handlers.subscribePhone({ ...proof, subscription }, call)
      },
      unpair: async (nonce?: string) =>
        await handlers.unpairPhone(
          withNonce((each) => phoneProof.unpair({ origin: site, keyId, nonce: each }), nonce),
          call,
        ),
    }
  }

  /** The waiting client, which asks no more often than it may. */
  const asClient = (transactionToken: string) => {
    const call = async () => ({
      origin,
      caller: { transaction: await authenticateTransaction(deps, transactionToken) },
    })
    return {
      poll: async (trustDevice = false): Promise<Step | null> => {
        auth.clock.advance(pollSeconds * 1000)
        return (await handlers.awaitPhone({ trustDevice }, await call())).step
      },
      pollAtOnce: async () => (await handlers.awaitPhone({ trustDevice: false }, await call())).step,
      again: async (): Promise<Step> => (await handlers.askPhone({}, await call())).step,
    }
  }

  /** The step after the phone has approved. */
  async function taken(transactionToken: string): Promise<Step> {
    const step = await asClient(transactionToken).poll()
    if (step === null) throw new Error('The phone approved, and the client must wait.')
    return step
  }

  /** A user whose first method is a phone, paired the way that a person pairs one. */
  async function userWithPhone(loginName: string) {
    const user = await auth.newUser(loginName)
    const phone = newPhone()
    const started = await auth.signIn(loginName)
    const { approval } = stepOf(await started.enrol({ method: 'push' }), 'pair-phone')
    const request = await phone.pair(approval.address)
    await phone.approve(request, approval.number)
    const end = stepOf(await taken(started.transactionToken), 'signed-in')
    const { factors } = await auth.inSession(end.sessionToken).factors()
    const factor = factors.find(({ method }) => method === 'push')
    if (factor === undefined) throw new Error('The phone was not paired.')
    const { backupCodes, sessionToken } = end
    return { ...user, phone, factorId: factor.id, sessionToken, backupCodes }
  }

  /** A computer that is enrolled here, and proves itself to this server. */
  async function knownComputer(user: Awaited<ReturnType<typeof auth.newUser>>): Promise<TestDevice> {
    const device = await user.addDevice()
    return { ...device, prove: (loginName) => device.prove(loginName, site) }
  }

  type Paired = Pick<Awaited<ReturnType<typeof userWithPhone>>, 'loginName' | 'factorId' | 'phone'>

  /** A sign-in that waits for the phone, and what the phone sees of it. */
  async function waiting(user: Paired, options: Parameters<typeof auth.signIn>[1] = {}) {
    const started = await auth.signIn(user.loginName, options)
    const { approval } = stepOf(await started.choose(user.factorId), 'approve-on-phone')
    const { requests } = await user.phone.look()
    const request = requests.find(({ challengeId }) => challengeId === approval.challengeId)
    if (request === undefined) throw new Error('The phone sees no request.')
    return { ...started, approval, request, client: asClient(started.transactionToken) }
  }

  return { ...auth, newPhone, knownComputer, asClient, taken, userWithPhone, waiting }
}

export type PushAuth = Awaited<ReturnType<typeof openPushAuth>>
