import { chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engineFinder, findEngine } from './find-engine.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function program(name: string, output: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\necho '${output}'\necho called >> '${folder}/calls'\n`)
  await chmod(path, 0o755)
  return path
}

describe('restic', () => {
  it('is the one that HOLDFAST_RESTIC names', async () => {
    const path = await program('my-restic', 'restic 0.17.3 compiled with go1.22 on linux/amd64')
    const engine = await findEngine({ HOLDFAST_RESTIC: path, PATH: '/usr/bin' })
    expect(engine).toMatchObject({ path, version: '0.17.3', features: { exitCodes: true } })
  })

  it('is searched in PATH', async () => {
    const path = await program('restic', 'restic 0.14.0 compiled with go1.19.8 on linux/amd64')
    const engine = await findEngine({ PATH: `/nowhere:${folder}:/usr/bin` })
    // A restic that the set-up fetched comes first.
    expect([path, expect.stringContaining('.cache') as string]).toContainEqual(engine.path)
  })

  it.each([
    ['too old', 'restic 0.12.1 compiled with go1.15', /too old/],
    ['something else', 'borg 1.2', /is not restic/],
  ])('is refused, and not passed over, when it is %s', async (_what, output, sentence) => {
    const path = await program('restic', output)
    await expect(findEngine({ HOLDFAST_RESTIC: path, PATH: '/usr/bin' })).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
      message: expect.stringMatching(sentence) as string,
    })
  })

  it('is missing, with what to do, when the named one is not there', async () => {
    const failure = findEngine({ HOLDFAST_RESTIC: join(folder, 'none'), PATH: '/usr/bin' })
    await expect(failure).rejects.toMatchObject({ code: 'ENGINE_MISSING' })
    await expect(failure).rejects.toThrow(/Install restic 0\.14 or newer/)
  })

  it('is asked for its version once, and again when it was replaced', async () => {
    const path = await program('restic', 'restic 0.14.0 compiled with go1.19.8')
    const find = engineFinder({ HOLDFAST_RESTIC: path })
    expect((await find()).version).toBe('0.14.0')
    expect(await find()).toBe(await find())
    await program('restic', 'restic 0.18.1 compiled with go1.24')
    await utimes(path, 1, 1)
    expect((await find()).version).toBe('0.18.1')
  })
})
