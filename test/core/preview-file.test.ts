import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'
import type { FilePreview } from '../../shared/model/preview.ts'
import { ask, refusal } from '../demo/client-session.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(50_000)])
const secretText = `dear diary, ${randomBytes(12).toString('hex')}`
let server: TestServer
let person: Person
let source = ''
let set: BackupSet
let snapshotId: SnapshotId
beforeAll(async () => {
  server = await startServer()
  person = await signedInPerson(server, 'looker')
  source = path.join(person.folder, 'source')
  await mkdir(path.join(source, 'folder'), { recursive: true })
  await writeFile(path.join(source, 'diary *?[x].txt'), secretText)
  await writeFile(path.join(source, 'long.log'), 'a line of a log\n'.repeat(2_000_000))
  await writeFile(path.join(source, 'picture.txt'), picture)
  await writeFile(path.join(source, 'page.html'), '<script>alert(1)</script>')
  await writeFile(path.join(source, 'program'), randomBytes(1000))
  set = await person.makeSet({ name: 'Files', sources: [source] })
  await person.backUp(set)
  snapshotId =
    (await ask(person.client.api, 'snapshots.list', { backupSetId: set.id })).snapshots[0]?.id ?? snapshotId
})
afterAll(async () => {
  await person.dispose()
  await server.dispose()
})

const call = (name: string) => ({ backupSetId: set.id, snapshotId, path: path.join(source, name) })

async function preview(name: string): Promise<FilePreview> {
  return (await ask(person.client.api, 'restore.previewFile', call(name))).preview
}

describe('a preview of a file', () => {
  it('reads nothing without a step-up: a live session and all that is on the computer are not enough', async () => {
    expect(await refusal(person.client.api, 'restore.previewFile', call('page.html'))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('shows a text of any name, and leaves its content nowhere on this computer', async () => {
    // A folder or a typing error costs no grant.
    await person.stepUp({ kind: 'restore', backupSetId: set.id })
    for (const name of ['folder', 'nothing']) {
      expect(await refusal(person.client.api, 'restore.previewFile', call(name))).toBe('NOT_FOUND')
    }
    expect(await preview('diary *?[x].txt')).toEqual({
      kind: 'text',
      text: secretText,
      isCut: false,
      sizeBytes: secretText.length,
    })
    expect(await filesWith(secretText, person.home)).toEqual([])
  })

  it('gives markup as the text that it is', async () => {
    expect(await preview('page.html')).toMatchObject({ kind: 'text', text: '<script>alert(1)</script>' })
  })

  it('knows a picture by its content, whatever it is called', async () => {
    const shown = await preview('picture.txt')
    expect(shown).toMatchObject({ kind: 'picture', mediaType: 'image/png', sizeBytes: picture.length })
    expect(shown.kind === 'picture' && Buffer.from(shown.base64, 'base64').equals(picture)).toBe(true)
  })

  it('shows only the beginning of a huge text', async () => {
    const shown = await preview('long.log')
    expect(shown).toMatchObject({ kind: 'text', isCut: true, sizeBytes: 32_000_000 })
    expect(shown.kind === 'text' && shown.text.length).toBe(256 * 1024)
  })

  it('says of everything else that it cannot be shown', async () => {
    expect(await preview('program')).toEqual({ kind: 'unknown', sizeBytes: 1000 })
  })

  it('is permitted by one step-up for minutes, which gives no restore', async () => {
    await expect(preview('program')).resolves.toMatchObject({ kind: 'unknown' })
    const restore = { backupSetId: set.id, snapshotId, targetFolder: path.join(person.folder, 'out') }
    expect(await refusal(person.client.api, 'restore.start', restore)).toBe('STEP_UP_REQUIRED')
  })

  it('needs another step-up after the program was closed', async () => {
    await person.reopen()
    expect(await refusal(person.client.api, 'restore.previewFile', call('program'))).toBe('STEP_UP_REQUIRED')
  })

  it('needs another step-up after somebody signed out, whoever signs in next', async () => {
    await person.stepUp({ kind: 'restore', backupSetId: set.id })
    await expect(preview('program')).resolves.toMatchObject({ kind: 'unknown' })
    await ask(person.client.api, 'signIn.signOut', {})
    expect(await refusal(person.client.api, 'restore.previewFile', call('program'))).toBe('SESSION_ENDED')
  })
})

/** Files below a folder that hold a text. */
async function filesWith(text: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  const contents = await Promise.all(files.map((file) => readFile(file)))
  return files.filter((_file, index) => contents[index]?.includes(text) === true)
}
