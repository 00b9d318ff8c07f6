import { expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { codeOf, openTestAuth, stepOf } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { endAllSessions } from './end-all-sessions.ts'

describeOnEveryStore('signing everybody out', (fresh) => {
  it('ends every session, every sign-in under way and the trust in every computer; computers stay enrolled', async () => {
    const auth = await openTestAuth({ secondFactor: 'offered' }, await (await fresh()).open())
    const anna = await auth.newUser('anna')
    const device = await anna.addDevice()
    const nowMs = auth.clock.nowMs()
    await auth.store.db
      .updateTable('devices')
      .set({ trustedSince: nowMs, trustedUntil: nowMs + 3_600_000 })
      .execute()
    const tokens = []
    for (const loginName of ['anna', 'anna', 'ben']) {
      if (loginName === 'ben') await auth.newUser('ben')
      const begun = await auth.signIn(loginName)
      tokens.push(stepOf(await begun.skip(), 'signed-in').sessionToken)
    }
    const begun = await auth.signIn('anna')
    const ended = await endAllSessions(auth.deps, 'command:root', null)
    expect(ended).toEqual({ sessionCount: 3, computerCount: 1 })
    for (const token of tokens) expect(await codeOf(auth.inSession(token).me())).toBe('SESSION_ENDED')
    expect(await codeOf(begun.skip())).not.toBe('done')
    expect(await auth.store.db.selectFrom('devices').selectAll().execute()).toMatchObject([
      { id: device.id, revokedAt: null, trustedUntil: null, trustedSince: null },
    ])
    const [entry] = await listAudit(auth.store.db, { limit: 1 })
    expect(entry).toMatchObject({ action: 'sessions.all-ended', actor: 'command:root', details: ended })
    expect(await endAllSessions(auth.deps, 'command:root', null)).toEqual({
      sessionCount: 0,
      computerCount: 0,
    })
  })

  it('keeps the one session that it is told to keep, and changes nothing without what permits it', async () => {
    const auth = await openTestAuth({ secondFactor: 'offered' }, await (await fresh()).open())
    await auth.newUser('anna')
    const [kept, other] = [
      stepOf(await (await auth.signIn('anna')).skip(), 'signed-in').sessionToken,
      stepOf(await (await auth.signIn('anna')).skip(), 'signed-in').sessionToken,
    ]
    const { session } = (await auth.inSession(kept).call()).caller
    const refused = {
      actor: 'user:usr_A',
      address: '192.0.2.1',
      mayChange: () => undefined,
      permit: () => Promise.reject(new Error('no grant')),
      ownerId: null,
      mayUseGroup: () => Promise.resolve(),
    }
    await expect(endAllSessions(auth.deps, refused, null)).rejects.toThrow('no grant')
    expect(await codeOf(auth.inSession(other).me())).toBe('done')
    expect((await endAllSessions(auth.deps, 'command:root', session.id)).sessionCount).toBe(1)
    expect(await codeOf(auth.inSession(kept).me())).toBe('done')
    expect(await codeOf(auth.inSession(other).me())).toBe('SESSION_ENDED')
  })
})
