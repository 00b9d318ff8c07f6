import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { coreParts, type CoreParts } from './core.fixture.ts'
import { trialHandlers } from './trial-handlers.ts'

let core: CoreParts
beforeEach(async () => {
  core = await coreParts()
  const { address } = core.server()
  const expiresAt = '2027-01-05T08:00:00.000Z'
  await core.session.keep({ address, token: 'session-token', scope: 'full', expiresAt })
})
afterEach(() => core.remove())

describe('registering on trial', () => {
  it('shows no session that is there, and leaves it as it is', async () => {
    const made = { loginName: 'zoe@example.org', expiresAt: '2027-02-05T08:00:00.000Z' }
    core.server().script = { askForTrial: () => ({ done: true }), registerTrial: () => made }
    const handlers = trialHandlers(core)
    await handlers['trial.ask']({ email: 'zoe@example.org' })
    const input = { email: 'zoe@example.org', code: 'k7m2p-x9w4t-b3n8r-c9d4f', newPassword: 'a good one' }
    expect(await handlers['trial.register'](input)).toEqual(made)
    expect(core.server().calls.map(({ credentials }) => credentials)).toEqual([
      { kind: 'none' },
      { kind: 'none' },
    ])
    expect(await core.session.credentials()).toMatchObject({ token: 'session-token' })
  })
})
