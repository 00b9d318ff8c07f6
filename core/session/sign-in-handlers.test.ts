import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { challengeIdSchema, deviceIdSchema, factorIdSchema } from '../../shared/model/ids.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { CallOf } from '../../shared/routes.ts'
import { newDeviceKey } from '../device/device-key.ts'
import { coreParts, scriptedServer, type CoreParts } from './core.fixture.ts'
import { createSessionKeeper } from './session-keeper.ts'
import { signInHandlers } from './sign-in-handlers.ts'

const expiresAt = '2026-01-05T20:00:00.000Z'
const signedIn: Step = {
  kind: 'signed-in',
  sessionToken: 'session-token',
  scope: 'full',
  expiresAt,
  backupCodes: null,
}
const chooser: Step = { kind: 'choose-method', options: [] }
const operation = { kind: 'change-factors' } as const
const granted: Step = { kind: 'granted', operation, grantToken: 'grant-token', expiresAt }
const enterCode: Step = {
  kind: 'enter-code',
  challenge: {
    challengeId: challengeIdSchema.parse(`chl_${'a'.repeat(22)}`),
    method: 'sms',
    label: 'Phone',
    maskedDestination: '+4********789',
    prefix: 'XYWD',
    codeLength: 6,
    expiresAt,
    triesLeft: 5,
    resendAvailableAt: expiresAt,
    resendsLeft: 3,
    canChooseAnother: true,
    channels: ['sms'],
  },
}
const clientInfo = {
  name: 'Holdfast',
  version: '0',
  platform: 'linux',
  hostName: 'pc',
  kind: 'terminal',
} as const
const ann = { loginName: 'ann', password: 'pass word', keepSignedIn: false }
const factorId = factorIdSchema.parse(`fac_${'b'.repeat(22)}`)
const deviceId = deviceIdSchema.parse(`dev_${'c'.repeat(22)}`)

let core: CoreParts
let handlers: ReturnType<typeof signInHandlers>
beforeEach(async () => {
  core = await coreParts()
  handlers = signInHandlers({ ...core, clientInfo })
})
afterEach(() => core.remove())

const refuse = (code: ErrorCode) => () => Promise.reject(new AppError(code, 'Refused.'))

async function signIn(): Promise<void> {
  core.server().script = {
    ...core.server().script,
    signInStart: () => ({ transactionToken: 'txn', step: signedIn }),
  }
  await handlers['signIn.start'](ann)
}

describe('signing in', () => {
  it('shows each step of the server and sends each answer with the transaction’s token', async () => {
    const server = core.server()
    server.script = {
      signInStart: () => ({ transactionToken: 'txn', step: chooser }),
      chooseMethod: () => ({ step: enterCode }),
      resend: () => ({ step: enterCode }),
      chooseAnother: () => ({ step: chooser }),
      prove: () => ({ step: signedIn }),
    }
    expect(await handlers['signIn.start'](ann)).toEqual({ step: chooser })
    expect(await handlers['transaction.chooseMethod']({ factorId })).toEqual({ step: enterCode })
    await handlers['transaction.resend']({})
    await handlers['transaction.chooseAnother']({})
    await handlers['transaction.prove']({ code: '123456', trustDevice: true })
    expect(server.calls.map(({ name, credentials }) => [name, credentials])).toEqual([
      ['signInStart', { kind: 'none' }],
      ...['chooseMethod', 'resend', 'chooseAnother', 'prove'].map((name) => [
        name,
        { kind: 'bearer', token: 'txn' },
      ]),
    ])
    expect(server.calls.at(-1)?.input).toEqual({ code: '123456', trustDevice: true })
  })

  it('tells the server that it is a page where one is served, and else what this process is', async () => {
    const server = core.server()
    server.script = {
      signInStart: () => ({ transactionToken: 'txn', step: chooser }),
      startPasswordReset: () => ({ transactionToken: 'txn', step: chooser }),
    }
    await handlers['signIn.start'](ann)
    await handlers['signIn.start']({ ...ann, fromPage: true })
    await handlers['password.startReset']({ resetCode: 'ABCD-EFGH', fromPage: true })
    expect(server.calls.map(({ input }) => input)).toMatchObject(
      ['terminal', 'page', 'page'].map((kind) => ({ client: { ...clientInfo, kind } })),
    )
    expect(JSON.stringify(server.calls)).not.toContain('fromPage')
  })

  it('keeps the session’s token here, for this process and the next, and shows it to nobody', async () => {
    core.server().script = { signInStart: () => ({ transactionToken: 'txn', step: signedIn }) }
    const reply = await handlers['signIn.start'](ann)
    expect(reply).toEqual({ step: { kind: 'signed-in', scope: 'full', expiresAt, backupCodes: null } })
    expect(await core.session.credentials()).toEqual({ kind: 'bearer', token: 'session-token' })
    expect(await createSessionKeeper(core).credentials()).toEqual({ kind: 'bearer', token: 'session-token' })
    expect(core.profile.settings().loginName).toBe('ann')
    expect(core.logged.join()).not.toMatch(/session-token|txn|pass word/)
  })

  it('tells interfaces that somebody is signed in, and when nobody is any more', async () => {
    const heard: boolean[] = []
    core.events.on('session.changed', ({ isSignedIn }) => heard.push(isSignedIn))
    core.server().script = { signOut: () => ({ done: true }) }
    await signIn()
    await handlers['signIn.signOut']({})
    expect(heard).toEqual([true, false])
  })

  it('does not send the password when there is no place to keep the session', async () => {
    core.secrets.failNext('read', 'SECRET_STORE_UNAVAILABLE')
    await expect(handlers['signIn.start'](ann)).rejects.toMatchObject({ code: 'SECRET_STORE_UNAVAILABLE' })
    expect(core.server().calls).toEqual([])
  })

  it('goes on after a wrong code and is over when the server says so', async () => {
    core.server().script = {
      signInStart: () => ({ transactionToken: 'txn', step: enterCode }),
      prove: refuse('PASSCODE_WRONG'),
    }
    await handlers['signIn.start'](ann)
    const prove = () => handlers['transaction.prove']({ code: '123456', trustDevice: false })
    await expect(prove()).rejects.toMatchObject({ code: 'PASSCODE_WRONG' })
    core.server().script.prove = refuse('SIGN_IN_ENDED')
    await expect(prove()).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
    const before = core.server().calls.length
    await expect(prove()).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
    expect(core.server().calls).toHaveLength(before)
  })

  it('has no answers to give before it has started', async () => {
    await expect(handlers['transaction.resend']({})).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
    expect(await handlers['transaction.cancel']({})).toEqual({ done: true })
    expect(core.server().calls).toEqual([])
  })

  it('shows the transaction’s token to no other server', async () => {
    core.server().script = { signInStart: () => ({ transactionToken: 'txn', step: enterCode }) }
    await handlers['signIn.start'](ann)
    core.servers.current = scriptedServer('https://other.example')
    await expect(handlers['transaction.resend']({})).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
    expect(core.server().calls).toEqual([])
  })

  it('is given up on both sides', async () => {
    core.server().script = {
      signInStart: () => ({ transactionToken: 'txn', step: chooser }),
      cancelTransaction: () => ({ done: true }),
    }
    await handlers['signIn.start'](ann)
    await handlers['transaction.cancel']({})
    expect(core.server().calls.at(-1)?.name).toBe('cancelTransaction')
    await expect(handlers['transaction.resend']({})).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
  })
})

describe('a computer that is enrolled', () => {
  let publicKey: string
  beforeEach(async () => {
    const key = newDeviceKey()
    publicKey = key.publicKey
    await core.secrets.write('device-key', key.privateKey)
    await core.profile.update({ loginName: 'Ann', device: { id: deviceId, name: 'pc' } })
    core.server().script = {
      nonce: () => ({ nonce: 'nonce-1', expiresAt }),
      signInStart: () => ({ transactionToken: 'txn', step: chooser }),
    }
  })

  it('proves its key over the server’s nonce, for the name as it was typed', async () => {
    let device: CallOf<'signInStart'>['device']
    core.server().script.signInStart = (input) => {
      device = input.device
      return { transactionToken: 'txn', step: chooser }
    }
    await handlers['signIn.start'](ann)
    const named = { deviceId, nonce: 'nonce-1', serverAddress: 'https://cbs.example' }
    expect(device).toMatchObject(named)
    const text = deviceProof.signIn({ ...named, loginName: 'ann' })
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    expect(verify(null, Buffer.from(text), key, Buffer.from(device?.signature ?? '', 'base64url'))).toBe(true)
  })

  it('does not prove it for somebody else’s name', async () => {
    await handlers['signIn.start']({ ...ann, loginName: 'bob' })
    expect(core.server().calls.map(({ name }) => name)).toEqual(['signInStart'])
    expect(core.server().calls[0]?.input).not.toHaveProperty('device')
  })

  it.each(['DEVICE_REVOKED', 'DEVICE_UNKNOWN'] as const)('signs in like any other after %s', async (code) => {
    core.server().script.signInStart = (input) =>
      input.device === undefined ? { transactionToken: 'txn', step: chooser } : refuse(code)()
    expect(await handlers['signIn.start'](ann)).toEqual({ step: chooser })
  })

  it('does not try a second time when it was the password that was wrong', async () => {
    core.server().script.signInStart = refuse('SIGN_IN_FAILED')
    await expect(handlers['signIn.start'](ann)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' })
    expect(core.server().calls.map(({ name }) => name)).toEqual(['nonce', 'signInStart'])
  })
})

describe('a step-up', () => {
  beforeEach(signIn)

  it('ends in a grant that stays here, and works once and for that operation only', async () => {
    core.server().script.stepUp = () => ({ transactionToken: 'txn-2', step: granted })
    const { step } = await handlers['stepUp.start']({ operation })
    expect(step).toEqual({ kind: 'granted', operation, expiresAt })
    expect(() => core.session.takeGrant({ kind: 'export-key' })).toThrow(
      expect.objectContaining({ code: 'STEP_UP_REQUIRED', details: { operation: 'export-key' } }),
    )
    expect(core.session.takeGrant(operation)).toBe('grant-token')
    expect(() => core.session.takeGrant(operation)).toThrow(
      expect.objectContaining({ code: 'STEP_UP_REQUIRED' }),
    )
  })

  it('is in no file and no store: the next process has none', async () => {
    core.server().script.stepUp = () => ({ transactionToken: 'txn-2', step: granted })
    await handlers['stepUp.start']({ operation })
    expect(core.secrets.names()).toEqual(['session'])
    expect(await core.secrets.read('session')).not.toContain('grant-token')
    expect(() => createSessionKeeper(core).takeGrant(operation)).toThrow(/second factor/)
  })

  it('dies with the session, and with another sign-in', async () => {
    core.server().script.stepUp = () => ({ transactionToken: 'txn-2', step: granted })
    await handlers['stepUp.start']({ operation })
    await core.session.forget()
    expect(core.session.hasGrant(operation)).toBe(false)
    await signIn()
    await handlers['stepUp.start']({ operation })
    await signIn()
    expect(core.session.hasGrant(operation)).toBe(false)
  })

  it('needs somebody who is signed in', async () => {
    await core.session.forget()
    await expect(handlers['stepUp.start']({ operation })).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })
})

describe('registering another method', () => {
  const totp = { method: 'totp' } as const
  beforeEach(signIn)

  it('gives the grant when there is one, and asks without when there is none', async () => {
    core.server().script.enrolFactor = () => ({ transactionToken: 'txn-3', step: enterCode })
    await handlers['factors.enrol'](totp)
    core.session.holdGrant(operation, 'grant-token')
    await handlers['factors.enrol'](totp)
    expect(
      core
        .server()
        .calls.slice(-2)
        .map(({ input }) => input),
    ).toEqual([{ enrolment: totp }, { enrolment: totp, grantToken: 'grant-token' }])
  })

  it('has its grant back after a typing error, and not after the server refused it', async () => {
    core.session.holdGrant(operation, 'grant-token')
    core.server().script.enrolFactor = refuse('INPUT_INVALID')
    await expect(handlers['factors.enrol'](totp)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(core.session.hasGrant(operation)).toBe(true)
    core.server().script.enrolFactor = refuse('STEP_UP_REQUIRED')
    await expect(handlers['factors.enrol'](totp)).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect(core.session.hasGrant(operation)).toBe(false)
  })
})

describe('signing out', () => {
  beforeEach(signIn)

  it('erases the session here even when the server cannot be told, and says so', async () => {
    core.server().script.signOut = refuse('SERVER_UNREACHABLE')
    await expect(handlers['signIn.signOut']({})).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    await expect(core.session.credentials()).rejects.toMatchObject({ code: 'SESSION_ENDED' })
    expect(core.secrets.names()).toEqual([])
  })

  it('is done when the session had ended already, and when nobody was signed in', async () => {
    core.server().script.signOut = refuse('SESSION_ENDED')
    expect(await handlers['signIn.signOut']({})).toEqual({ done: true })
    expect(await handlers['signIn.signOut']({})).toEqual({ done: true })
    expect(core.server().calls.filter(({ name }) => name === 'signOut')).toHaveLength(1)
  })
})

describe('a session', () => {
  beforeEach(signIn)

  it('that the server refused is erased, and another one is not', async () => {
    await core.session.forgetRefused('some other token')
    expect(await core.session.current()).toMatchObject({ token: 'session-token' })
    await core.session.forgetRefused('session-token')
    expect(core.secrets.names()).toEqual([])
  })

  it('is shown to no other server than the one that gave it', async () => {
    await core.profile.update({
      server: { address: 'https://other.example', allowInsecure: false, caFile: null },
    })
    await expect(core.session.credentials()).rejects.toMatchObject({ code: 'SESSION_ENDED' })
    await expect(createSessionKeeper(core).credentials()).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })

  it('that cannot be read from a locked store is not taken for a missing one', async () => {
    core.secrets.failNext('read', 'SECRET_STORE_LOCKED')
    const next = createSessionKeeper(core)
    await expect(next.credentials()).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    expect(await next.credentials()).toEqual({ kind: 'bearer', token: 'session-token' })
  })

  it('that is damaged in the store is erased: signing in again is all that helps', async () => {
    await core.secrets.write('session', '{"token":')
    const next = createSessionKeeper(core)
    await expect(next.credentials()).rejects.toMatchObject({ code: 'SESSION_ENDED' })
    expect(core.secrets.names()).toEqual([])
  })
})
