import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueOneTimePassword } from '../accounts/users.ts'
import { codeOf, openTestAuth, type TestAuth } from './auth.fixture.ts'

/** As long as a password may be, with what tidy programs would change: capitals, spaces at both ends, accents. */
const own = `  Ünïcode and CAPITALS ${'x'.repeat(256 - 25)}  `

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
  const user = await auth.newUser('anna')
  await user.addTotp()
  const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
  const started = await auth.signIn('anna', { password: oneTimePassword })
  await started.changePassword(own)
})
afterEach(() => auth.store.close())

const answerTo = async (password: string) => await codeOf(auth.signIn('anna', { password }))

describe('a password of one’s own', () => {
  it('is compared as it is: no case is folded, nothing trimmed, nothing cut off', async () => {
    expect(own).toHaveLength(256)
    expect(await answerTo(own)).toBe('done')
    for (const other of [own.toLowerCase(), own.trim(), own.slice(0, 255), own.slice(0, 72), `${own}x`]) {
      expect([other, await answerTo(other)]).toEqual([other, 'SIGN_IN_FAILED'])
    }
  })

  it('does not age', async () => {
    auth.clock.advance(10 * 365 * 86_400_000)
    expect((await auth.signIn('anna', { password: own })).step.kind).toBe('choose-method')
  })
})
