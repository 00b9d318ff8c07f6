import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueNonce } from '../devices/nonces.ts'
import { codeOf, problemOf, stepOf } from '../sign-in/auth.fixture.ts'
import type { PhoneRequestRow } from '../store/tables.ts'
import { openPushAuth, type PushAuth } from './phone.fixture.ts'
import { newNumber, numberMac } from './phone-request-rows.ts'
import { maxOpenOfAccount } from './phone-step.ts'

let auth: PushAuth
beforeEach(async () => {
  auth = await openPushAuth()
})
afterEach(() => auth.store.close())

const endOf = async (work: Promise<unknown>) => {
  const problem = await problemOf(work)
  return [problem?.code, problem?.details?.['reason']]
}

describe('an approval on a phone', () => {
  it('opens the sign-in that asked and no other one of the same account', async () => {
    const user = await auth.userWithPhone('anna')
    const thief = await auth.waiting(user)
    const owner = await auth.waiting(user)
    await user.phone.approve(owner.request, owner.approval.number)
    expect(await thief.client.poll()).toBeNull()
    stepOf(await auth.taken(owner.transactionToken), 'signed-in')
  })

  it('of one request with the number of another is a wrong number', async () => {
    const user = await auth.userWithPhone('anna')
    const thief = await auth.waiting(user)
    const owner = await auth.waiting(user)
    expect(await codeOf(user.phone.approve(thief.request, owner.approval.number))).toBe('PASSCODE_WRONG')
    expect(await endOf(thief.client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'wrong-number'])
  })

  it('counts once', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    await user.phone.approve(request, approval.number)
    expect(await endOf(user.phone.approve(request, approval.number))).toEqual(['PHONE_REQUEST_ENDED', 'used'])
    stepOf((await client.poll()) ?? missing(), 'signed-in')
    expect(await codeOf(client.poll())).toBe('SIGN_IN_ENDED')
    expect(await codeOf(user.phone.approve(request, approval.number))).toBe('SIGN_IN_ENDED')
  })

  it('by somebody else’s paired phone is refused', async () => {
    const anna = await auth.userWithPhone('anna')
    const bert = await auth.userWithPhone('bert')
    const { approval, client, request } = await auth.waiting(anna)
    expect((await bert.phone.look()).requests).toEqual([])
    expect(await codeOf(bert.phone.approve(request, approval.number))).toBe('NOT_ALLOWED')
    expect(await codeOf(bert.phone.deny(request))).toBe('NOT_ALLOWED')
    expect(await client.poll()).toBeNull()
  })

  it('by another phone of the same account than the one that was asked is refused', async () => {
    const anna = await auth.userWithPhone('anna')
    const other = auth.newPhone()
    const totp = await anna.addTotp()
    const session = auth.inSession(anna.sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    const enrolling = await session.enrol({ method: 'push' }, grantToken)
    const pairing = stepOf(enrolling.step, 'pair-phone').approval
    await other.approve(await other.pair(pairing.address), pairing.number)
    stepOf(await auth.taken(enrolling.transactionToken), 'enrolled')
    const { approval, request } = await auth.waiting(anna)
    expect(await codeOf(other.approve(request, approval.number))).toBe('NOT_ALLOWED')
  })

  const swapped = ['loginName', 'purpose', 'operation', 'challengeId', 'origin', 'key'] as const
  it.each(swapped)('that was signed for another %s is refused', async (what) => {
    const user = await auth.userWithPhone('anna')
    const other = await auth.waiting(user)
    const { approval, client, request } = await auth.waiting(user)
    const odd = {
      loginName: { request: { loginName: 'bert' } },
      purpose: { request: { purpose: 'step-up' } },
      operation: { request: { operation: { kind: 'export-key' } } },
      challengeId: { request: { challengeId: other.request.challengeId } },
      origin: { origin: 'https://cbs.example.org' },
      key: { key: auth.newPhone().privateKey },
    } as const
    expect(await codeOf(user.phone.approve(request, approval.number, odd[what]))).toBe('NOT_ALLOWED')
    expect(await client.poll()).toBeNull()
  })

  it('of a step-up is none of a sign-in, and the other way round', async () => {
    const user = await auth.userWithPhone('anna')
    const signIn = await auth.waiting(user)
    const stepUp = await auth.inSession(user.sessionToken).stepUp({ kind: 'export-key' })
    await stepUp.choose(user.factorId)
    await user.phone.approve(signIn.request, signIn.approval.number)
    expect(await auth.asClient(stepUp.transactionToken).poll()).toBeNull()
  })

  it('of a phone that was removed meanwhile opens nothing', async () => {
    const user = await auth.userWithPhone('anna')
    const totp = await user.addTotp()
    const early = await auth.waiting(user)
    const late = await auth.waiting(user)
    await user.phone.approve(early.request, early.approval.number)
    const session = auth.inSession(user.sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    await session.remove(user.factorId, grantToken)
    expect(await endOf(early.client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'unknown'])
    expect(await codeOf(user.phone.approve(late.request, late.approval.number))).toBe('NOT_ALLOWED')
    expect((await user.phone.look()).state).toBe('removed')
  })

  it('is worth nothing where policy forbids it before the phone approves', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    await auth.setPolicy({ methods: ['totp', 'passkey', 'backup-code'] })
    expect(await codeOf(user.phone.approve(request, approval.number))).toBe('PHONE_REQUEST_ENDED')
    expect(await client.poll()).toBeNull()
    expect(await codeOf(client.again())).toBe('PHONE_REQUEST_ENDED')
  })

  it('is worth nothing where policy forbids it after the phone has approved', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    await user.phone.approve(request, approval.number)
    await auth.setPolicy({ methods: ['totp', 'passkey', 'backup-code'] })
    expect(await endOf(client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'unknown'])
    expect(await codeOf(client.again())).toBe('PHONE_REQUEST_ENDED')
  })

  it('is worth nothing where a passkey is required since', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    await user.phone.approve(request, approval.number)
    await auth.setPolicy({ phishingResistant: 'everybody', firstPasskeyUntil: '2000-01-01T00:00:00.000Z' })
    expect(await endOf(client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'unknown'])
  })

  it('of a sign-in that went on another way is over', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, chooseAnother, request } = await auth.waiting(user)
    await chooseAnother()
    expect((await user.phone.look()).requests).toEqual([])
    expect(await codeOf(user.phone.approve(request, approval.number))).toBe('CONFLICT')
  })

  it('of a request that was replaced is over', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    const next = stepOf(await client.again(), 'approve-on-phone').approval
    expect(await endOf(user.phone.approve(request, approval.number))).toEqual([
      'PHONE_REQUEST_ENDED',
      'replaced',
    ])
    expect((await user.phone.look()).requests.map(({ challengeId }) => challengeId)).toEqual([
      next.challengeId,
    ])
  })

  it('opens nothing of an account that was suspended meanwhile', async () => {
    const user = await auth.userWithPhone('anna')
    const { approval, client, request } = await auth.waiting(user)
    await user.phone.approve(request, approval.number)
    await auth.store.db
      .updateTable('users')
      .set({ status: 'suspended' })
      .where('id', '=', user.userId)
      .execute()
    expect(await codeOf(client.poll())).toBe('SIGN_IN_ENDED')
  })
})

describe('pairing a phone', () => {
  async function pairing() {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    const { approval } = stepOf(await started.enrol({ method: 'push' }), 'pair-phone')
    return { approval, client: auth.asClient(started.transactionToken), ...started }
  }

  it('takes one phone: the token is dead after the first', async () => {
    const { approval } = await pairing()
    await auth.newPhone().pair(approval.address)
    expect(await endOf(auth.newPhone().pair(approval.address))).toEqual(['PHONE_REQUEST_ENDED', 'unknown'])
  })

  it('needs the key that it registers', async () => {
    const { approval } = await pairing()
    const odd = { key: auth.newPhone().privateKey }
    expect(await codeOf(auth.newPhone().pair(approval.address, odd))).toBe('NOT_ALLOWED')
    expect(await codeOf(auth.newPhone().pair(approval.address, { origin: 'https://evil.example' }))).toBe(
      'NOT_ALLOWED',
    )
  })

  it('registers nothing without the number, and the next address pairs anew', async () => {
    const { approval, client } = await pairing()
    const phone = auth.newPhone()
    const request = await phone.pair(approval.address)
    const wrong = approval.number === '10' ? '11' : '10'
    expect(await codeOf(phone.approve(request, wrong))).toBe('PASSCODE_WRONG')
    expect(await endOf(client.poll())).toEqual(['PHONE_REQUEST_ENDED', 'wrong-number'])
    expect(
      await auth.store.db.selectFrom('factors').select('id').where('method', '=', 'push').execute(),
    ).toEqual([])
    const again = stepOf(await client.again(), 'pair-phone').approval
    expect(again.address).not.toBe(approval.address)
    await phone.approve(await phone.pair(again.address), again.number)
    stepOf((await client.poll()) ?? missing(), 'signed-in')
  })

  it('that the phone denies ends the sign-in', async () => {
    const { approval, client } = await pairing()
    const phone = auth.newPhone()
    await phone.deny(await phone.pair(approval.address))
    expect(await endOf(client.poll())).toEqual(['SIGN_IN_ENDED', 'denied'])
  })

  it('leaves neither number nor token readable in the database', async () => {
    const { approval } = await pairing()
    const rows = JSON.stringify(await auth.store.db.selectFrom('phoneRequests').selectAll().execute())
    expect(rows).not.toContain(approval.address.split('#')[1])
    expect(rows).not.toContain(`"${approval.number}"`)
    expect(JSON.stringify(auth.logged)).not.toContain(approval.address.split('#')[1])
  })
})

describe('the authenticator’s page', () => {
  it('takes the phone off its account, once for each nonce, but never the last method', async () => {
    const user = await auth.userWithPhone('anna')
    expect(await codeOf(user.phone.unpair())).toBe('CONFLICT')
    await user.addTotp()
    await user.phone.unpair()
    const { factors, history } = await auth.inSession(user.sessionToken).factors()
    expect(factors.map(({ method }) => method)).not.toContain('push')
    expect(history[0]).toMatchObject({ event: 'removed', method: 'push' })
    expect(await codeOf(user.phone.unpair())).toBe('NOT_ALLOWED')
  })

  it('sees nothing with an old, a forged or no nonce', async () => {
    const user = await auth.userWithPhone('anna')
    expect(await codeOf(user.phone.look('none.at.all'))).toBe('INPUT_INVALID')
    const { nonce } = issueNonce(auth.deps)
    auth.clock.advance(2 * 60_000)
    expect(await codeOf(user.phone.look(nonce))).toBe('INPUT_INVALID')
  })
})

describe('a client that does not know this method', () => {
  it('is neither offered it nor shown it, and signs in by what it knows', async () => {
    const user = await auth.userWithPhone('anna')
    const totp = await user.addTotp()
    const old = await auth.signIn('anna', { knows: [] })
    const { options } = stepOf(old.step, 'choose-method')
    expect(options.map(({ method }) => method)).toEqual(['totp', 'backup-code'])
    await old.choose(totp.id)
    const { sessionToken } = stepOf(await old.prove(auth.totp(totp.secret)), 'signed-in')
    const session = auth.inSession(sessionToken)
    expect((await session.me()).methods).not.toContain('push')
    const { factors, history } = await session.factors()
    expect(JSON.stringify([factors, history])).not.toContain('push')
    await auth.newUser('bert')
    const must = stepOf((await auth.signIn('bert', { knows: [] })).step, 'must-enrol')
    expect(must.methods).toEqual(['sms', 'totp', 'passkey'])
  })
})

function missing(): never {
  throw new Error('The phone approved, and the client must wait.')
}

describe('somebody who begins sign-in after sign-in', () => {
  it('gets no further pairing than the account may have open, and the server goes on', async () => {
    await auth.newUser('anna')
    const pair = async () => {
      const started = await auth.signIn('anna')
      return { started, code: await codeOf(started.enrol({ method: 'push' })) }
    }
    for (let begun = 0; begun < maxOpenOfAccount; begun += 1) expect((await pair()).code).toBe('done')
    const { code, started } = await pair()
    expect(code).toBe('RATE_LIMITED')
    stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
  })

  it('leaves a number for each request that may be open', () => {
    const { serverKey } = auth.deps
    const open: PhoneRequestRow[] = []
    for (let each = 0; each < 90; each += 1) {
      const id = `phr_${String(each)}` as PhoneRequestRow['id']
      const row: Pick<PhoneRequestRow, 'id' | 'numberMac'> = {
        id,
        numberMac: numberMac(serverKey, id, newNumber(serverKey, open)),
      }
      open.push(row as PhoneRequestRow)
    }
    expect(() => newNumber(serverKey, open)).toThrow('Every number')
  })
})
