import { describe, expect, it } from 'vitest'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ProblemError } from '../problem.ts'
import { failingFirst } from '../testing/fake-client.ts'
import { fakeContext, runWithFakes } from '../testing/run-with-fakes.ts'
import { challenge, signedIn } from '../testing/samples.ts'
import { walkSteps } from './walk-steps.ts'

const options = { saveBackupCodes: undefined }
const passkey = (
  change: Partial<Extract<ClientStep, { kind: 'use-passkey' }>['passkey']> = {},
): Extract<ClientStep, { kind: 'use-passkey' }> => ({
  kind: 'use-passkey',
  passkey: {
    challengeId: challenge().challengeId,
    label: 'My key',
    ways: ['this-computer'],
    expiresAt: challenge().expiresAt,
    canChooseAnother: true,
    ...change,
  },
})
const handOff = (userCode: string | null) => () =>
  Promise.resolve({
    address: `https://cbs.example/passkey${userCode === null ? '#token' : ''}`,
    userCode,
    expiresAt: challenge().expiresAt,
  })
const reply = (step: ClientStep) => () => Promise.resolve({ step })

describe('a passkey in the terminal', () => {
  it('prints the address for a browser of this computer and goes on when it was used', async () => {
    const { context, terminal, client } = fakeContext({
      handlers: {
        'transaction.startHandOff': handOff(null),
        'transaction.awaitHandOff': reply(signedIn()),
      },
    })
    const last = await walkSteps(context, passkey(), { ...options, trustDevice: true })
    expect(last.kind).toBe('signed-in')
    expect(terminal.remarks).toContain('  https://cbs.example/passkey#token')
    expect(client.requests).toEqual([
      { name: 'transaction.startHandOff', input: { way: 'this-computer' } },
      { name: 'transaction.awaitHandOff', input: { trustDevice: true } },
    ])
  })

  it('asks where the passkey is when both ways are open, and warns of other people’s codes', async () => {
    const { context, terminal } = fakeContext({
      answers: ['2'],
      handlers: {
        'transaction.startHandOff': handOff('WDJB-MJHT'),
        'transaction.awaitHandOff': reply(signedIn()),
      },
    })
    await walkSteps(context, passkey({ ways: ['this-computer', 'other-device'] }), options)
    const shown = terminal.remarks.join('\n')
    expect(shown).toContain('On the other device open https://cbs.example/passkey')
    expect(shown).toContain('WDJB-MJHT')
    expect(shown).toContain('Never type a code there that somebody else gave you')
  })

  it('that was declined can be tried again, or left for another method', async () => {
    const back: ClientStep = { kind: 'enter-code', challenge: challenge() }
    const { context, terminal } = fakeContext({
      answers: ['1', 'm', '581883'],
      handlers: {
        'transaction.startHandOff': handOff(null),
        'transaction.awaitHandOff': failingFirst(
          [
            ['HAND_OFF_ENDED', { reason: 'declined' }],
            ['PASSKEY_REFUSED', { reason: 'counter' }],
          ],
          () => ({ step: signedIn() }),
        ),
        'transaction.chooseAnother': reply(back),
        'transaction.prove': reply(signedIn()),
      },
    })
    expect((await walkSteps(context, passkey(), options)).kind).toBe('signed-in')
    expect(terminal.remarks).toContain('It was declined in the browser.')
    expect(terminal.remarks.join('\n')).toContain('there seems to be a copy of it')
  })

  it('that nobody used fails a script with the reason, instead of asking it', async () => {
    const { context } = fakeContext({
      isInteractive: false,
      handlers: {
        'transaction.startHandOff': handOff(null),
        'transaction.awaitHandOff': failingFirst([['HAND_OFF_ENDED', { reason: 'expired' }]], () => ({
          step: signedIn(),
        })),
      },
    })
    const failed = walkSteps(context, passkey(), options)
    await expect(failed).rejects.toThrow(ProblemError)
    await expect(failed).rejects.toMatchObject({ problem: { code: 'HAND_OFF_ENDED' } })
  })

  it('is added with `factors add passkey`', async () => {
    const factor = {
      id: 'fac_AAAAAAAAAAAAAAAAAAAAAA' as never,
      method: 'passkey' as const,
      label: 'Laptop',
      maskedDestination: null,
      isProven: true,
      addedAt: challenge().expiresAt,
      lastUsedAt: null,
      codesLeft: null,
    }
    const ran = await runWithFakes(['factors', 'add', 'passkey', '--label', 'Laptop'], {
      handlers: {
        'factors.enrol': reply({ ...passkey(), kind: 'register-passkey' }),
        'transaction.startHandOff': handOff(null),
        'transaction.awaitHandOff': reply({ kind: 'enrolled', factor, backupCodes: null }),
      },
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.client.requests[0]?.input).toEqual({ method: 'passkey', label: 'Laptop' })
    expect(ran.terminal.results).toContain('Registered: passkey Laptop.')
  })
})
