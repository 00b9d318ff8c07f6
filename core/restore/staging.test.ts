import { access, chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newJobRunId } from '../jobs/new-run-id.ts'
import { clearLeftStaging, removeTree, stagingFor } from './staging.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  await mkdir(join(folder, 'profile'))
  await mkdir(join(folder, 'target'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const deps = () => ({ profile: { folder: join(folder, 'profile') }, log }) as never

describe('staging', () => {
  it('is gone after its run, whatever is in it', async () => {
    const staging = stagingFor(deps(), newJobRunId())
    const path = await staging.make(join(folder, 'target'))
    await writeFile(join(path, 'half'), 'half')
    await staging.clear()
    expect(await readdir(join(folder, 'target'))).toEqual([])
    expect(await readdir(join(folder, 'profile', 'restores'))).toEqual([])
  })

  it('of a killed process is cleared at the next start', async () => {
    const path = await stagingFor(deps(), newJobRunId()).make(join(folder, 'target'))
    await writeFile(join(path, 'half'), 'half')
    await clearLeftStaging(deps())
    expect(await readdir(join(folder, 'target'))).toEqual([])
    await clearLeftStaging(deps())
  })

  it('clears nothing else, whatever a note names', async () => {
    await mkdir(join(folder, 'profile', 'restores'))
    const precious = join(folder, 'target', 'precious')
    await mkdir(precious)
    for (const [name, path] of Object.entries({ a: precious, b: `${precious}/.holdfast-restore-x/..` })) {
      await writeFile(join(folder, 'profile', 'restores', name), `${path}\0`)
    }
    await clearLeftStaging(deps())
    expect(await readdir(join(folder, 'target'))).toEqual(['precious'])
  })

  it('in a folder that takes none is an unusable target', async () => {
    const staging = stagingFor(deps(), newJobRunId())
    await expect(staging.make(join(folder, 'none'))).rejects.toMatchObject({ code: 'TARGET_UNUSABLE' })
    await staging.clear()
  })
})

it('removes a tree through folders that their own permissions close', async () => {
  const root = join(folder, 'tree')
  await mkdir(join(root, 'closed'), { recursive: true })
  await writeFile(join(root, 'closed', 'file'), '')
  await writeFile(Buffer.concat([Buffer.from(`${root}/closed/`), Buffer.from([0xff])]), '')
  await chmod(join(root, 'closed'), 0)
  await removeTree(Buffer.from(root))
  await expect(access(root)).rejects.toMatchObject({ code: 'ENOENT' })
  await removeTree(Buffer.from(root))
})
