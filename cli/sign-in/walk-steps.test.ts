import { mkdtemp, readFile, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ProblemError } from '../problem.ts'
import { failingFirst } from '../testing/fake-client.ts'
import { fakeContext } from '../testing/run-with-fakes.ts'
import { challenge, factor, ids, option, signedIn } from '../testing/samples.ts'
import { walkSteps, type StepOptions } from './walk-steps.ts'

const options: StepOptions = { saveBackupCodes: undefined }
const enterCode: ClientStep = { kind: 'enter-code', challenge: challenge() }
const chooseMethod: ClientStep = {
  kind: 'choose-method',
  options: [
    option('A'),
    option('B', { label: 'office' }),
    option('T', { method: 'totp', maskedDestination: null }),
  ],
}
const reply = (step: ClientStep) => () => Promise.resolve({ step })

describe('the chooser of methods', () => {
  it('lists every telephone masked with its label and sends to the one that was picked', async () => {
    const { context, terminal, client } = fakeContext({
      answers: ['2', '581883'],
      handlers: { 'transaction.chooseMethod': reply(enterCode), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, chooseMethod, options)
    expect(terminal.remarks).toContain('  1) text message · phone A · +4********4567')
    expect(terminal.remarks).toContain('  2) text message · office · +4********4567')
    expect(terminal.remarks).toContain('  3) authenticator app · phone T')
    expect(client.requests[0]).toEqual({
      name: 'transaction.chooseMethod',
      input: { factorId: ids.factor('B'), channel: 'sms' },
    })
  })

  it('asks again after an answer that is none of the choices', async () => {
    const { context, terminal, client } = fakeContext({
      answers: ['4', '', 'x', '1', '581883'],
      handlers: { 'transaction.chooseMethod': reply(enterCode), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, chooseMethod, options)
    expect(terminal.remarks.filter((line) => line === 'Please type one of: 1, 2, 3.')).toHaveLength(3)
    expect(client.requests).toHaveLength(2)
  })

  it('asks nothing when there is only one way', async () => {
    const { context, terminal } = fakeContext({
      answers: ['581883'],
      handlers: { 'transaction.chooseMethod': reply(enterCode), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, { kind: 'choose-method', options: [option('A')] }, options)
    expect(terminal.questions).toHaveLength(1)
  })

  it('takes --method sms:2 once, and asks when the person goes back with m', async () => {
    const { context, client } = fakeContext({
      answers: ['m', '3', '123456'],
      handlers: {
        'transaction.chooseMethod': reply(enterCode),
        'transaction.chooseAnother': reply(chooseMethod),
        'transaction.prove': reply(signedIn()),
      },
    })
    const manner = { ...context.manner, method: { method: 'sms' as const, position: 2 } }
    await walkSteps({ ...context, manner }, chooseMethod, options)
    expect(client.requests.map(({ name }) => name)).toEqual([
      'transaction.chooseMethod',
      'transaction.chooseAnother',
      'transaction.chooseMethod',
      'transaction.prove',
    ])
    expect(client.requests[0]?.input).toEqual({ factorId: ids.factor('B'), channel: 'sms' })
    expect(client.requests[2]?.input).toEqual({ factorId: ids.factor('T') })
  })

  it('refuses a --method that is not offered by its code', async () => {
    const { context } = fakeContext()
    const manner = { ...context.manner, method: { method: 'sms' as const, position: 3 } }
    await expect(walkSteps({ ...context, manner }, chooseMethod, options)).rejects.toMatchObject({
      code: 'NO_METHOD_AVAILABLE',
    })
  })

  it('offers the others when a message cannot be sent', async () => {
    const { context, terminal } = fakeContext({
      answers: ['1', '3', '123456'],
      handlers: {
        'transaction.chooseMethod': failingFirst([['SEND_FAILED']], () => ({ step: enterCode })),
        'transaction.prove': reply(signedIn()),
      },
    })
    await walkSteps(context, chooseMethod, options)
    expect(terminal.remarks).toContain('Refused: SEND_FAILED. Choose another way.')
  })
})

describe('the passcode prompt', () => {
  it.each([
    ['sms', 'C', 'c = call me instead', 'voice', '+4********4567 is called with a passcode.'],
    ['voice', 't', 't = text me instead', 'sms', 'A passcode was sent to +4********4567.'],
  ] as const)(
    'after %s takes %s for the other way to the same phone',
    async (method, key, hint, channel, told) => {
      const first = challenge({ method, channels: ['sms', 'voice'] })
      const other = challenge({ method: channel, channels: ['sms', 'voice'], prefix: 'QRST' })
      const { context, terminal, client } = fakeContext({
        answers: [key, '581883'],
        handlers: {
          'transaction.resend': reply({ kind: 'enter-code', challenge: other }),
          'transaction.prove': reply(signedIn()),
        },
      })
      await walkSteps(context, { kind: 'enter-code', challenge: first }, options)
      expect(terminal.questions[0]?.text).toContain(hint)
      expect(client.requests[0]).toEqual({ name: 'transaction.resend', input: { channel } })
      expect(terminal.remarks).toContain(told)
      expect(terminal.questions[1]?.text).toContain('QRST-')
    },
  )

  it.each([
    ['the phone has one way only', { channels: ['sms'] }],
    ['nothing more may be sent', { channels: ['sms', 'voice'], resendsLeft: 0 }],
    ['nothing is sent at all', { method: 'totp', channels: [], prefix: null, resendsLeft: null }],
  ] as const)('offers no other way where %s, and takes its key for a code', async (_when, change) => {
    const { context, terminal, client } = fakeContext({
      answers: ['c', '581883'],
      handlers: { 'transaction.prove': reply(signedIn()) },
    })
    const asked = challenge({ ...change, channels: [...change.channels] })
    await walkSteps(context, { kind: 'enter-code', challenge: asked }, options)
    expect(terminal.questions[0]?.text).not.toContain('instead')
    expect(terminal.remarks).toContain('That is no code.')
    expect(client.requests.map(({ name }) => name)).toEqual(['transaction.prove'])
  })

  it('shows where the passcode went, its prefix and how long it lasts', async () => {
    const { context, terminal } = fakeContext({
      answers: ['581883'],
      handlers: { 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, enterCode, options)
    expect(terminal.remarks).toContain('A passcode was sent to +4********4567.')
    expect(terminal.questions[0]?.text).toBe('Code (r = send again, m = other method), 5 min left: XYWD-')
  })

  it('counts down and then says that the passcode has expired', async () => {
    const { context, terminal, clock } = fakeContext({
      answers: ['1111', '2222'],
      handlers: { 'transaction.prove': failingFirst([['PASSCODE_WRONG']], () => ({ step: signedIn() })) },
    })
    clock.advance(299_000)
    const walked = walkSteps(context, enterCode, options)
    clock.advance(2_000)
    await walked
    expect(terminal.questions.map(({ text }) => text)).toEqual([
      'Code (r = send again, m = other method), 1 s left: XYWD-',
      'Code (r = send again, m = other method), expired: XYWD-',
    ])
  })

  it('says how many tries are left and asks again', async () => {
    const { context, terminal, client } = fakeContext({
      answers: ['000000', '000001', '581883'],
      handlers: {
        'transaction.prove': failingFirst(
          [
            ['PASSCODE_WRONG', { triesLeft: 2 }],
            ['PASSCODE_WRONG', { triesLeft: 1 }],
          ],
          () => ({ step: signedIn() }),
        ),
      },
    })
    await walkSteps(context, enterCode, options)
    expect(terminal.remarks).toContain('Wrong code; 2 tries left.')
    expect(terminal.remarks).toContain('Wrong code; 1 try left.')
    expect(client.requests).toHaveLength(3)
  })

  it('ends when the server ended the transaction', async () => {
    const { context } = fakeContext({
      answers: ['000000', '581883'],
      handlers: {
        'transaction.prove': failingFirst([['SIGN_IN_ENDED']], () => ({ step: signedIn() })),
      },
    })
    await expect(walkSteps(context, enterCode, options)).rejects.toMatchObject({ code: 'SIGN_IN_ENDED' })
  })

  it('sends again with r and shows the new challenge', async () => {
    const fresh = challenge({ prefix: 'QRST', resendsLeft: 0 })
    const { context, terminal } = fakeContext({
      answers: ['R', '581883'],
      handlers: {
        'transaction.resend': reply({ kind: 'enter-code', challenge: fresh }),
        'transaction.prove': reply(signedIn()),
      },
    })
    await walkSteps(context, enterCode, options)
    expect(terminal.questions[1]?.text).toBe('Code (m = other method), 5 min left: QRST-')
  })

  it('takes r and m for codes where nothing can be sent again and nothing else chosen', async () => {
    const only = challenge({
      method: 'backup-code',
      resendsLeft: null,
      prefix: null,
      canChooseAnother: false,
    })
    const { context, client, terminal } = fakeContext({
      answers: ['mmmm', 'rrrr'],
      handlers: { 'transaction.prove': failingFirst([['PASSCODE_WRONG']], () => ({ step: signedIn() })) },
    })
    await walkSteps(context, { kind: 'enter-code', challenge: only }, options)
    expect(client.requests.map(({ name }) => name)).toEqual(['transaction.prove', 'transaction.prove'])
    expect(terminal.questions[0]?.text).toBe('Code: ')
  })

  it('names the last wrong code when a script has no further answer', async () => {
    const { context } = fakeContext({
      isInteractive: false,
      answers: ['000000'],
      handlers: { 'transaction.prove': failingFirst([['PASSCODE_WRONG']], () => ({ step: signedIn() })) },
    })
    const failure = await walkSteps(context, enterCode, options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ProblemError)
    expect(failure).toMatchObject({ code: 'PASSCODE_WRONG' })
  })

  it('passes on that this computer shall be trusted', async () => {
    const { context, client } = fakeContext({
      answers: [' 581883 '],
      handlers: { 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, enterCode, { ...options, trustDevice: true })
    expect(client.requests[0]?.input).toEqual({ code: '581883', trustDevice: true })
  })
})

describe('registering a first method', () => {
  const mustEnrol: ClientStep = { kind: 'must-enrol', methods: ['sms', 'totp', 'backup-code'] }
  const pair: ClientStep = {
    kind: 'pair-authenticator',
    challenge: challenge({ method: 'totp', prefix: null, maskedDestination: null, resendsLeft: null }),
    otpauthUri: 'otpauth://totp/Holdfast:anna?secret=JBSWY3DPEHPK3PXP&issuer=Holdfast',
    secretBase32: 'JBSWY3DPEHPK3PXP',
    issuer: 'Holdfast',
    accountName: 'anna',
    app: { preset: 'any', name: null },
  }

  it('cannot be declined where it is compulsory, and offers no backup codes on their own', async () => {
    const { context, terminal } = fakeContext({
      answers: ['s', '3', '2', '123456'],
      handlers: { 'transaction.startEnrolment': reply(pair), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, mustEnrol, options)
    expect(terminal.remarks.filter((line) => line === 'Please type one of: 1, 2.')).toHaveLength(2)
  })

  it('shows an authenticator’s QR code and key to the person and in no result', async () => {
    const { context, terminal } = fakeContext({
      answers: ['2', '123456'],
      handlers: { 'transaction.startEnrolment': reply(pair), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, mustEnrol, options)
    expect(terminal.remarks).toContain('  key JBSW Y3DP EHPK 3PXP')
    expect(terminal.remarks.join('\n')).toMatch(/[▀▄█]{5}/)
    expect(terminal.results).toEqual([])
  })

  it('asks for the number again when the server finds it unfit', async () => {
    const { context, client } = fakeContext({
      answers: ['1', '+49 17111', '1', '+49 171 1234567', '581883'],
      handlers: {
        'transaction.startEnrolment': failingFirst([['INPUT_INVALID']], () => ({ step: enterCode })),
        'transaction.prove': reply(signedIn()),
      },
    })
    await walkSteps(context, mustEnrol, options)
    expect(client.requests.map(({ name }) => name)).toContain('transaction.prove')
  })

  it.each([
    ['s', { dontShowAgain: false }],
    ['n', { dontShowAgain: true }],
  ])('that is only offered can be declined with %s', async (key, input) => {
    const { context, client } = fakeContext({
      answers: [key],
      handlers: { 'transaction.skipEnrolment': reply(signedIn()) },
    })
    await walkSteps(
      context,
      { kind: 'offer-enrolment', methods: ['sms'], canDismiss: true, compulsoryFrom: null },
      options,
    )
    expect(client.requests[0]?.input).toEqual(input)
  })

  it('follows --enrol without a question', async () => {
    const { context, client } = fakeContext({
      answers: ['581883'],
      handlers: { 'transaction.startEnrolment': reply(enterCode), 'transaction.prove': reply(signedIn()) },
    })
    await walkSteps(context, mustEnrol, {
      ...options,
      enrol: { method: 'sms', phoneNumber: '+491711234567' },
    })
    expect(client.requests[0]?.input).toEqual({ method: 'sms', phoneNumber: '+491711234567' })
  })

  it('does not take --skip-enrolment for an answer where registering is compulsory', async () => {
    const { context } = fakeContext({ answers: [] })
    await expect(walkSteps(context, mustEnrol, { ...options, skipEnrolment: true })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { missing: 'what to register' },
    })
  })
})

describe('a legacy client', () => {
  const offer = { kind: 'offer-legacy', until: '2026-02-01T00:00:00.000Z' } as const
  const handlers = {
    'transaction.skipEnrolment': reply(signedIn()),
    'transaction.chooseAnother': reply(enterCode),
    'transaction.prove': reply(signedIn()),
  }

  it.each([
    ['goes on to back up with s', ['s'], {}, 'transaction.skipEnrolment'],
    [
      'goes on to back up with --skip-enrolment, unasked',
      [],
      { skipEnrolment: true },
      'transaction.skipEnrolment',
    ],
    ['sets a second factor up with 1', ['1', '581883'], {}, 'transaction.chooseAnother'],
    [
      'sets a second factor up with --enrol, unasked',
      ['581883'],
      { enrol: { method: 'totp' } as const },
      'transaction.chooseAnother',
    ],
  ])('%s', async (_what, answers, flags, request) => {
    const { context, client } = fakeContext({ answers, handlers })
    await walkSteps(context, offer, { ...options, ...flags })
    expect(client.requests[0]?.name).toBe(request)
  })
})

describe('a one-time password', () => {
  it('is replaced by one that was typed the same twice, and nothing typed is shown', async () => {
    const { context, terminal, client } = fakeContext({
      answers: ['correct horse', 'correct house', 'correct horse', 'correct horse'],
      handlers: { 'transaction.changePassword': reply(signedIn()) },
    })
    await walkSteps(context, { kind: 'change-password' }, options)
    expect(client.requests[0]?.input).toEqual({ newPassword: 'correct horse' })
    expect(terminal.questions.every(({ isSecret }) => isSecret)).toBe(true)
    expect(terminal.everything()).not.toContain('correct horse')
  })

  it('is asked for again when the server finds the new one unfit', async () => {
    const { context, client } = fakeContext({
      answers: ['password', 'password', 'a better one', 'a better one'],
      handlers: {
        'transaction.changePassword': failingFirst([['INPUT_INVALID']], () => ({ step: signedIn() })),
      },
    })
    await walkSteps(context, { kind: 'change-password' }, options)
    expect(client.requests).toHaveLength(2)
  })
})

describe('new backup codes', () => {
  const codes = ['aaaa-bbbb-cccc', 'dddd-eeee-ffff']
  const enrolled: ClientStep = { kind: 'enrolled', factor: factor('A'), backupCodes: codes }

  it('are shown until the person types that they are saved', async () => {
    const { context, terminal } = fakeContext({ answers: ['', 'yes', 'Saved'] })
    await walkSteps(context, enrolled, options)
    expect(terminal.remarks).toEqual(expect.arrayContaining(codes.map((code) => `  ${code}`)))
    expect(terminal.questions).toHaveLength(3)
  })

  it('go to a new file that only its owner can read, and not to the screen', async () => {
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'codes-')), 'codes.txt')
    const { context, terminal } = fakeContext()
    await walkSteps(context, enrolled, { saveBackupCodes: file })
    expect(await readFile(file, 'utf8')).toBe('aaaa-bbbb-cccc\ndddd-eeee-ffff\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(terminal.everything()).not.toContain('aaaa')
  })

  it('are shown after all when the file is there already, which stays as it is', async () => {
    const { context, terminal } = fakeContext({ answers: ['saved'] })
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'codes-')), 'codes.txt')
    await walkSteps(context, enrolled, { saveBackupCodes: file })
    await walkSteps(context, { ...enrolled, backupCodes: ['gggg-hhhh-iiii'] }, { saveBackupCodes: file })
    expect(terminal.remarks).toContain('  gggg-hhhh-iiii')
    expect(await readFile(file, 'utf8')).toContain('aaaa-bbbb-cccc')
  })

  it('never go to stdout', async () => {
    const { context, terminal } = fakeContext({ isInteractive: false })
    await walkSteps(context, enrolled, options)
    expect(terminal.results).toEqual([])
    expect(terminal.remarks).toContain('  aaaa-bbbb-cccc')
  })
})
