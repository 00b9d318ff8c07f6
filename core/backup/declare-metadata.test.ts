import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { Lease, LeaseKind } from '../../shared/model/lease.ts'
import { scriptedServer } from '../session/core.fixture.ts'
import { metadataDeclarer } from './declare-metadata.ts'

let cache = ''
let declared: string[][]
/** What the server does with each telling, in order. */
let answers: ('ok' | ErrorCode)[]
let pauses: number
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  declared = []
  answers = []
  pauses = 0
})
afterEach(() => rm(cache, { recursive: true }))

const nameOf = (digit: string): string => digit.repeat(64)

async function pack(digit: string): Promise<void> {
  const folder = join(cache, 'repository', 'data', digit.repeat(2))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, nameOf(digit)), '')
}

function declarer(kind: LeaseKind = 'backup') {
  const server = scriptedServer()
  server.script.declareMetadata = ({ packs }) => {
    const answer = answers.shift() ?? 'ok'
    if (answer !== 'ok') throw new AppError(answer, 'refused')
    declared.push(packs.map((name) => name.slice(0, 1)).sort())
    return { accepted: packs.length }
  }
  const clock = { nowMs: () => 0, sleep: () => Promise.resolve(void (pauses += 1)) }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  return metadataDeclarer(
    { clock, server: () => server, log },
    { kind, id: 'lea', secret: 's' } as unknown as Lease,
    cache,
  )
}

describe('the packs that hold folders', () => {
  it('are told while the run goes on, each once, and all again at its end', async () => {
    await pack('0')
    const metadata = await declarer()
    await pack('1')
    await metadata.declareNew()
    await metadata.declareNew()
    await pack('2')
    await metadata.declareNew()
    await metadata.declareAll()
    expect(declared).toEqual([['1'], ['2'], ['1', '2']])
  })

  it('that did not arrive are told with the next ones', async () => {
    const metadata = await declarer()
    await pack('1')
    answers = ['SERVER_UNREACHABLE']
    await metadata.declareNew()
    await pack('2')
    await metadata.declareNew()
    expect(declared).toEqual([['1', '2']])
  })

  it('are told again at the end while the server is away', async () => {
    const metadata = await declarer()
    await pack('1')
    answers = ['SERVER_UNREACHABLE', 'SERVER_BUSY']
    await metadata.declareAll()
    expect(declared).toEqual([['1']])
    expect(pauses).toBe(2)
  })

  it('are given up when the lease is gone, or the server stays away', async () => {
    const metadata = await declarer()
    await pack('1')
    answers = ['LEASE_ENDED']
    await metadata.declareAll()
    answers = Array<ErrorCode>(4).fill('SERVER_UNREACHABLE')
    await metadata.declareAll()
    expect(declared).toEqual([])
  })

  it.each<LeaseKind>(['browse', 'restore'])('are nothing that a %s lease tells', async (kind) => {
    const metadata = await declarer(kind)
    await pack('1')
    await metadata.declareNew()
    await metadata.declareAll()
    expect(declared).toEqual([])
  })

  it('are told only when there are any', async () => {
    const metadata = await declarer()
    await metadata.declareAll()
    expect(declared).toEqual([])
  })
})
