import { expect, it } from 'vitest'
import { makeAccount, makeSet } from '../fixtures/account.ts'
import { accountServer } from './account-server.ts'
import { startServer } from './server.ts'

it('the real server signs a user in, keeps its state over SIGKILL, and ends by itself when asked', async () => {
  const server = await startServer()
  try {
    const account = await makeAccount(accountServer(server), 'anna', '+4915123456789')
    await server.kill()
    await server.restart()
    const set = await makeSet(accountServer(server), account, { name: 'Documents', sources: ['/home'] })
    expect(set.definition.name).toBe('Documents')
    expect(await server.stop()).toBe(0)
    expect((await server.command('audit', 'verify', '--json')).json()).toMatchObject({ kind: 'intact' })
  } finally {
    await server.dispose()
  }
})
