import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { startKeyring, whyNoKeyring, type Keyring } from './keyring.fixture.ts'
import { systemClock } from '../ports/system-clock.ts'
import { installedKeytar, keytarProcess, type KeytarProcess } from './keytar-process.ts'
import { secretStoreContract } from './secret-store.contract.ts'
import { systemSecretStore } from './system-secret-store.ts'

const stuckKeytar = fileURLToPath(new URL('../../test/fixtures/stuck-keytar.cjs', import.meta.url))
const opened: KeytarProcess[] = []
const environment = { ...process.env }

function open(keytarPath = installedKeytar(), clock = systemClock, deadlineMs = 5_000): KeytarProcess {
  const keytar = keytarProcess({ clock, deadlineMs, findKeytar: () => keytarPath })
  opened.push(keytar)
  return keytar
}

afterEach(() => {
  for (const keytar of opened.splice(0)) keytar.close()
})

function useBus(env: Readonly<Record<string, string>>): void {
  Object.assign(process.env, env)
}

function restoreEnvironment(): void {
  for (const name of Object.keys(process.env))
    if (!(name in environment)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, environment)
}

describe('the system store', () => {
  it('without a keyring is unavailable, and the message says how to choose the file store', async () => {
    useBus({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', DISPLAY: '' })
    await expect(systemSecretStore('p', open()).read('session')).rejects.toMatchObject({
      code: 'SECRET_STORE_UNAVAILABLE',
      message: expect.stringContaining('holdfast login --secret-store file') as string,
    })
    restoreEnvironment()
  })

  it('whose library cannot be loaded is unavailable', async () => {
    await expect(systemSecretStore('p', open('/nonexistent/keytar')).read('session')).rejects.toMatchObject({
      code: 'SECRET_STORE_UNAVAILABLE',
      details: { reason: 'its library cannot be loaded' },
    })
  })

  it('that never answers is locked after the deadline, for everybody who waits', async () => {
    const clock = new FakeClock()
    const store = systemSecretStore('p', open(stuckKeytar, clock))
    const waiting = Promise.allSettled([
      store.read('session'),
      store.write('session', 'x'),
      store.erase('session'),
    ])
    clock.advance(5_000)
    expect(await waiting).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'rejected', reason: { code: 'SECRET_STORE_LOCKED' } })),
    )
  })

  it('is asked anew after it was stuck', async () => {
    const clock = new FakeClock()
    const keytar = open(stuckKeytar, clock)
    const first = keytar.call('getPassword', 's', 'a')
    clock.advance(5_000)
    await expect(first).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    const second = keytar.call('getPassword', 's', 'a')
    clock.advance(5_000)
    await expect(second).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
  })
})

const reason = whyNoKeyring()
if (reason !== undefined) process.stdout.write(`Skipped: the system store on a real keyring; ${reason}.\n`)

describe.skipIf(reason !== undefined)('with a real keyring that is open', () => {
  let keyring: Keyring
  beforeAll(async () => {
    keyring = await startKeyring({ isLocked: false })
    useBus(keyring.env)
  })
  afterAll(async () => {
    restoreEnvironment()
    await keyring.stop()
  })

  secretStoreContract('the system store', async () => {
    const profileId = randomUUID()
    return {
      store: systemSecretStore(profileId, open()),
      reopen: () => systemSecretStore(profileId, open()),
    }
  })

  it('profiles on one computer are kept apart', async () => {
    const keytar = open()
    await systemSecretStore('one', keytar).write('session', 'of one')
    expect(await systemSecretStore('two', keytar).read('session')).toBeUndefined()
  })

  it('a keyring that hangs is locked after the deadline', async () => {
    const store = systemSecretStore('hanging', open(installedKeytar(), systemClock, 300))
    await store.write('session', 'x')
    process.kill(keyring.daemonPid, 'SIGSTOP')
    try {
      await expect(store.read('session')).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    } finally {
      process.kill(keyring.daemonPid, 'SIGCONT')
    }
    expect(await store.read('session')).toBe('x')
  })
})

describe.skipIf(reason !== undefined)('with a real keyring that is locked', () => {
  let keyring: Keyring
  beforeAll(async () => {
    keyring = await startKeyring({ isLocked: true })
    useBus(keyring.env)
  })
  afterAll(async () => {
    restoreEnvironment()
    await keyring.stop()
  })

  it.each(['read', 'write', 'erase'] as const)('%s says locked and never "not there"', async (operation) => {
    const store = systemSecretStore('p', open())
    const call = {
      read: () => store.read('session'),
      write: () => store.write('session', 'x'),
      erase: () => store.erase('session'),
    }
    await expect(call[operation]()).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
  })
})
