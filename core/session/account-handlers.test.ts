import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { factorIdSchema, sessionIdSchema } from '../../shared/model/ids.ts'
import type { Session } from '../../shared/model/account.ts'
import { accountHandlers } from './account-handlers.ts'
import { coreParts, type CoreParts } from './core.fixture.ts'

const at = '2026-01-05T08:00:00.000Z'
const bearer = { kind: 'bearer', token: 'session-token' }
const factorId = factorIdSchema.parse(`fac_${'b'.repeat(22)}`)
const passwords = { currentPassword: 'old password', newPassword: 'new password' }

function session(id: string, isCurrent: boolean): Session {
  return {
    id: sessionIdSchema.parse(`ses_${id.repeat(22)}`),
    scope: 'full',
    startedAt: at,
    lastUsedAt: at,
    expiresAt: at,
    freshUntil: null,
    provenBy: ['password'],
    clientName: 'Holdfast',
    hostName: 'pc',
    address: '127.0.0.1',
    isCurrent,
  }
}

let core: CoreParts
let handlers: ReturnType<typeof accountHandlers>
beforeEach(async () => {
  core = await coreParts()
  handlers = accountHandlers(core)
  const { address } = core.server()
  await core.session.keep({ address, token: 'session-token', scope: 'full', expiresAt: at })
})
afterEach(() => core.remove())

describe('removing a method and making new backup codes', () => {
  it('are not even asked of the server without a step-up', async () => {
    const refused = { code: 'STEP_UP_REQUIRED', details: { operation: 'change-factors' } }
    await expect(handlers['factors.remove']({ factorId })).rejects.toMatchObject(refused)
    await expect(handlers['factors.regenerateBackupCodes']({})).rejects.toMatchObject(refused)
    expect(core.server().calls).toEqual([])
  })

  it('each use a step-up of their own', async () => {
    core.server().script = {
      removeFactor: () => ({ done: true }),
      regenerateBackupCodes: () => ({ backupCodes: ['one'] }),
    }
    core.session.holdGrant({ kind: 'change-factors' }, 'grant-1')
    await handlers['factors.remove']({ factorId })
    expect(core.server().calls).toEqual([
      { name: 'removeFactor', input: { factorId, grantToken: 'grant-1' }, credentials: bearer },
    ])
    await expect(handlers['factors.regenerateBackupCodes']({})).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    })
  })
})

describe('changing the password', () => {
  it('gives the grant when there is one; whether one is needed is the server’s decision', async () => {
    core.server().script.changePassword = ({ grantToken }) => {
      if (grantToken === undefined)
        throw new AppError('STEP_UP_REQUIRED', 'Again.', { details: { operation: 'change-password' } })
      return { done: true }
    }
    await expect(handlers['account.changePassword'](passwords)).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    })
    core.session.holdGrant({ kind: 'change-password' }, 'grant-1')
    expect(await handlers['account.changePassword'](passwords)).toEqual({ done: true })
  })

  it.each([false, true])('to the same one asks the server nothing; with a grant: %s', async (hasGrant) => {
    const operation = { kind: 'change-password' } as const
    if (hasGrant) core.session.holdGrant(operation, 'grant-1')
    const same = { currentPassword: 'one password', newPassword: 'one password' }
    await expect(handlers['account.changePassword'](same)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'This is the password that it was before. Choose another one.',
      details: { paths: ['newPassword'], reason: 'same-as-before' },
    })
    expect(core.server().calls).toEqual([])
    expect(core.session.hasGrant(operation)).toBe(hasGrant)
  })

  it('keeps the grant when the current password was mistyped', async () => {
    core.session.holdGrant({ kind: 'change-password' }, 'grant-1')
    core.server().script.changePassword = () => {
      throw new AppError('SIGN_IN_FAILED', 'Wrong.')
    }
    await expect(handlers['account.changePassword'](passwords)).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
    })
    expect(core.session.hasGrant({ kind: 'change-password' })).toBe(true)
  })
})

describe('ending a session', () => {
  beforeEach(() => {
    core.server().script = {
      sessions: () => ({ sessions: [session('a', true), session('b', false)] }),
      endSession: () => ({ done: true }),
    }
  })

  it('elsewhere leaves this one', async () => {
    await handlers['sessions.end']({ sessionId: session('b', false).id })
    expect(await core.session.credentials()).toEqual(bearer)
  })

  it('that is this one signs out here', async () => {
    await handlers['sessions.end']({ sessionId: session('a', true).id })
    await expect(core.session.credentials()).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })
})

describe('everything about the account', () => {
  it.each(['account.me', 'sessions.list', 'factors.list'] as const)(
    '%s needs somebody signed in',
    async (name) => {
      await core.session.forget()
      await expect(handlers[name]({})).rejects.toMatchObject({ code: 'SESSION_ENDED' })
      expect(core.server().calls).toEqual([])
    },
  )
})
