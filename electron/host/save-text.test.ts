import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { safeFileName, saveTextAs } from './save-text.ts'

describe('a suggested file name', () => {
  it.each([
    ['recovery-kit.txt', 'recovery-kit.txt'],
    ['../../.ssh/authorized_keys', 'authorized_keys'],
    ['C:\\Windows\\kit.html', 'kit.html'],
    ['.bashrc', 'bashrc'],
    ['a:b?.txt', 'a-b-.txt'],
    ['kit\n.txt', 'kit-.txt'],
    ['مفتاح الاسترداد.txt', 'مفتاح الاسترداد.txt'],
    ['..', 'holdfast.txt'],
  ])('%j becomes %j', (suggested, name) => {
    expect(safeFileName(suggested)).toBe(name)
  })
})

it.skipIf(process.platform === 'win32')(
  'a saved text is readable by its owner only, also over an older file',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-save-'))
    const path = join(folder, 'kit.txt')
    await writeFile(path, 'old', { mode: 0o644 })
    await saveTextAs(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await rm(folder, { recursive: true })
  },
)
