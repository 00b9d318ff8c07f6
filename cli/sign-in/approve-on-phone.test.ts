import { describe, expect, it } from 'vitest'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ProblemError } from '../problem.ts'
import { failingFirst } from '../testing/fake-client.ts'
import { fakeContext, runWithFakes } from '../testing/run-with-fakes.ts'
import { challenge, signedIn } from '../testing/samples.ts'
import type { PhoneStep } from './approve-on-phone.ts'
import { walkSteps } from './walk-steps.ts'

const options = { saveBackupCodes: undefined }
const phone = (
  kind: PhoneStep['kind'] = 'approve-on-phone',
  change: Partial<PhoneStep['approval']> = {},
): PhoneStep => ({
  kind,
  approval: {
    challengeId: challenge().challengeId,
    label: 'My phone',
    number: '47',
    address: `https://cbs.example/authenticator${kind === 'pair-phone' ? '#token' : ''}`,
    expiresAt: challenge().expiresAt,
    pollSeconds: 2,
    canChooseAnother: true,
    ...change,
  },
})
const reply = (step: ClientStep) => () => Promise.resolve({ step })
const isEnded = (reason: string) => ['PHONE_REQUEST_ENDED', { reason }] as const

describe('approving on a phone, in the terminal', () => {
  it('shows the number and goes on when the phone has approved', async () => {
    const { context, terminal, client } = fakeContext({
      handlers: { 'transaction.awaitPhone': reply(signedIn()) },
    })
    expect((await walkSteps(context, phone(), { ...options, trustDevice: true })).kind).toBe('signed-in')
    const shown = terminal.remarks.join('\n')
    expect(shown).toContain('Open the Holdfast authenticator on My phone:')
    expect(shown).toMatch(/type this number there, within .*: {2}47/)
    expect(client.requests).toEqual([{ name: 'transaction.awaitPhone', input: { trustDevice: true } }])
  })

  it('pairs a phone by a code to scan and an address to open', async () => {
    const { context, terminal } = fakeContext({ handlers: { 'transaction.awaitPhone': reply(signedIn()) } })
    await walkSteps(context, phone('pair-phone'), options)
    const shown = terminal.remarks.join('\n')
    expect(shown).toContain('  https://cbs.example/authenticator#token')
    expect(shown).toContain('█')
    expect(shown).toContain('47')
  })

  it('that met a wrong number asks again, with another number', async () => {
    const { context, terminal, client } = fakeContext({
      answers: ['1'],
      handlers: {
        'transaction.awaitPhone': failingFirst([isEnded('wrong-number')], () => ({ step: signedIn() })),
        'transaction.askPhone': reply(phone('approve-on-phone', { number: '83' })),
      },
    })
    await walkSteps(context, phone(), options)
    expect(terminal.remarks).toContain('Another number was typed on the phone.')
    expect(terminal.remarks.join('\n')).toContain('83')
    expect(client.requests.map(({ name }) => name)).toEqual([
      'transaction.awaitPhone',
      'transaction.askPhone',
      'transaction.awaitPhone',
    ])
  })

  it('that nobody answered can be left for another method', async () => {
    const back: ClientStep = { kind: 'enter-code', challenge: challenge() }
    const { context } = fakeContext({
      answers: ['m', '581883'],
      handlers: {
        'transaction.awaitPhone': failingFirst([isEnded('expired')], () => ({ step: signedIn() })),
        'transaction.chooseAnother': reply(back),
        'transaction.prove': reply(signedIn()),
      },
    })
    expect((await walkSteps(context, phone(), options)).kind).toBe('signed-in')
  })

  it('that the phone denied ends the sign-in', async () => {
    const { context } = fakeContext({
      handlers: {
        'transaction.awaitPhone': failingFirst([['SIGN_IN_ENDED', { reason: 'denied' }]], () => ({
          step: signedIn(),
        })),
      },
    })
    const failed = walkSteps(context, phone(), options)
    await expect(failed).rejects.toThrow(ProblemError)
    await expect(failed).rejects.toMatchObject({ problem: { code: 'SIGN_IN_ENDED' } })
  })

  it('fails a script with the reason, instead of asking it', async () => {
    const { context } = fakeContext({
      isInteractive: false,
      handlers: {
        'transaction.awaitPhone': failingFirst([isEnded('expired')], () => ({ step: signedIn() })),
      },
    })
    await expect(walkSteps(context, phone(), options)).rejects.toMatchObject({
      problem: { code: 'PHONE_REQUEST_ENDED' },
    })
  })

  it('is set up with `factors add push`', async () => {
    const factor = {
      id: 'fac_AAAAAAAAAAAAAAAAAAAAAA' as never,
      method: 'push' as const,
      label: 'Pixel 9',
      maskedDestination: null,
      isProven: true,
      addedAt: challenge().expiresAt,
      lastUsedAt: null,
      codesLeft: null,
    }
    const ran = await runWithFakes(['factors', 'add', 'push'], {
      handlers: {
        'factors.enrol': reply(phone('pair-phone')),
        'transaction.awaitPhone': reply({ kind: 'enrolled', factor, backupCodes: null }),
      },
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests[0]?.input).toEqual({ method: 'push' })
    expect(ran.terminal.results).toContain('Registered: approval on a phone Pixel 9.')
    expect(ran.terminal.results.join()).not.toContain('#token')
  })
})
