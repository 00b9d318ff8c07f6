import { describe, expect, it } from 'vitest'
import type { SecretStore } from '../ports/secret-store.ts'

/** Two views of one store, as two processes that follow each other have. */
export interface StoreUnderTest {
  readonly store: SecretStore
  readonly reopen: () => SecretStore
}

/** Every SecretStore, real or fake, obeys this. A new implementation adds one line, not new tests. */
export function secretStoreContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a secret store`, () => {
    it('tells "never stored" apart from "empty"', async () => {
      const { store } = await create()
      expect(await store.read('session')).toBeUndefined()
      await store.write('session', '')
      expect(await store.read('session')).toBe('')
    })

    it('gives back what was written, letter by letter, to the next process too', async () => {
      const { store, reopen } = await create()
      const secret = `Ärger 🔑 "quotes" \\ back\nline ${'x'.repeat(1000)}`
      await store.write('device-key', secret)
      expect(await store.read('device-key')).toBe(secret)
      expect(await reopen().read('device-key')).toBe(secret)
    })

    it('keeps names apart and replaces what a name held', async () => {
      const { store } = await create()
      await store.write('repository-key/key_a', 'a')
      await store.write('repository-key/key_b', 'b')
      await store.write('repository-key/key_a', 'a again')
      expect(await store.read('repository-key/key_a')).toBe('a again')
      expect(await store.read('repository-key/key_b')).toBe('b')
    })

    it('forgets on erase, only that name, and erasing twice is no error', async () => {
      const { store, reopen } = await create()
      await store.write('session', 'gone')
      await store.write('device-key', 'stays')
      await store.erase('session')
      await store.erase('session')
      expect(await reopen().read('session')).toBeUndefined()
      expect(await store.read('device-key')).toBe('stays')
    })

    it('keeps everything when several are written at once', async () => {
      const { store, reopen } = await create()
      const names = Array.from({ length: 8 }, (_, index) => `repository-key/key_${String(index)}` as const)
      await Promise.all(names.map((each) => store.write(each, `secret of ${each}`)))
      const reopened = reopen()
      for (const each of names) expect(await reopened.read(each)).toBe(`secret of ${each}`)
    })

    it('says where secrets are', async () => {
      const { store } = await create()
      expect(store.place).toMatch(/\S/)
    })
  })
}
