import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PendingRecovery } from '../../shared/model/recovery.ts'
import { coreParts, type CoreParts } from './core.fixture.ts'
import { recoveryHandlers } from './recovery-handlers.ts'
import { signInHandlers } from './sign-in-handlers.ts'

const at = '2027-01-05T08:00:00.000Z'
const pending: PendingRecovery = {
  startedAt: at,
  readyAt: at,
  endsAt: at,
  address: '192.0.2.1',
  clientName: 'Holdfast',
}
const clientInfo = {
  name: 'Holdfast',
  version: '0',
  platform: 'linux',
  hostName: 'pc',
  kind: 'window',
} as const

let core: CoreParts
beforeEach(async () => {
  core = await coreParts()
  const { address } = core.server()
  await core.session.keep({ address, token: 'session-token', scope: 'full', expiresAt: at })
})
afterEach(() => core.remove())

describe('the recovery of the account', () => {
  it('is remembered when somebody looked, and forgotten when it was stopped or its window is over', async () => {
    const handlers = recoveryHandlers(core)
    const recovery = { isAllowed: true, waitHours: 72, recoveryPhone: null, maskedEmail: null, pending }
    core.server().script = {
      recovery: () => ({ recovery }),
      cancelOwnRecovery: () => ({ wasWaiting: true }),
    }
    await handlers['recovery.get']({})
    expect(core.news.current()).toEqual(pending)
    await handlers['recovery.cancel']({})
    expect(core.news.current()).toBeNull()
    core.news.heard({ ...pending, endsAt: '1970-01-01T00:00:00.000Z' })
    expect(core.news.current()).toBeNull()
  })

  it('is stopped by a token without a session, and the session’s token is not shown', async () => {
    core.server().script = { cancelRecovery: () => ({ wasWaiting: true }) }
    await recoveryHandlers(core)['recovery.cancelByToken']({ cancelToken: 'c'.repeat(43) })
    expect(core.server().calls[0]?.credentials).toEqual({ kind: 'none' })
  })
})

describe('a recovery phone', () => {
  it('is not even asked for without a step-up', async () => {
    const handlers = { ...recoveryHandlers(core), ...signInHandlers({ ...core, clientInfo }) }
    const refused = { code: 'STEP_UP_REQUIRED', details: { operation: 'change-factors' } }
    await expect(handlers['recovery.setPhone']({ phoneNumber: '+49 151 99999942' })).rejects.toMatchObject(
      refused,
    )
    await expect(handlers['recovery.removePhone']({})).rejects.toMatchObject(refused)
    expect(core.server().calls).toEqual([])
  })
})

describe('a forgotten password', () => {
  it('is replaced in a transaction of its own that leaves no session here', async () => {
    core.server().script = {
      startPasswordReset: () => ({ transactionToken: 'txn', step: { kind: 'change-password' } }),
      signInChangePassword: () => ({ step: { kind: 'password-changed' } }),
    }
    const handlers = signInHandlers({ ...core, clientInfo })
    await handlers['password.startReset']({ resetCode: 'k7m2p-x9w4t-b3n8r-c9d4f' })
    await handlers['transaction.changePassword']({ newPassword: 'another password' })
    expect(core.server().calls.map(({ credentials }) => credentials)).toEqual([
      { kind: 'none' },
      { kind: 'bearer', token: 'txn' },
    ])
    await expect(handlers['transaction.resend']({})).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
  })
})
