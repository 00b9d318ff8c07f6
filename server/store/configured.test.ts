import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMigratedStore } from './configured.ts'

const sqlite = { databaseUrl: null }
/** Nobody listens there: a test that reached it would fail with another code. */
const postgres = { databaseUrl: 'postgres://127.0.0.1:1/holdfast' }
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-configured-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('a data folder', () => {
  it('opens again with the database that it began with', async () => {
    await (await openMigratedStore(sqlite, folder)).close()
    await (await openMigratedStore(sqlite, folder)).close()
    expect(await readdir(folder)).toContain('holdfast.db')
  })

  it('that works with PostgreSQL gets no empty SQLite database beside it', async () => {
    await writeFile(path.join(folder, 'database-kind'), 'postgres\n')
    await expect(openMigratedStore(sqlite, folder)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readdir(folder)).toEqual(['database-kind'])
  })

  it('that works with SQLite is not pointed at PostgreSQL by a stray setting', async () => {
    await (await openMigratedStore(sqlite, folder)).close()
    await expect(openMigratedStore(postgres, folder)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('does not remember a database that never opened', async () => {
    await expect(openMigratedStore(postgres, folder)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    expect(await readdir(folder)).toEqual([])
  })
})
