import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNode, parseSnapshot } from './restic-nodes.ts'

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../engine/recorded', name), 'utf8')

describe.each(['0.14.0', '0.18.0', '0.19.1'])('the answers of restic %s', (version) => {
  it('hold the snapshot', () => {
    const [snapshot] = JSON.parse(recorded(`snapshots-${version}.stdout.txt`)) as unknown[]
    expect(parseSnapshot(snapshot)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      takenAt: expect.stringMatching(/^2026-11-23T\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      hostName: 'h',
      paths: ['/tmp/eng/rec/src'],
      tags: [],
    })
  })

  it('hold every file and folder of a listing, and the snapshot first', () => {
    const values = recorded(`ls-${version}.stdout.txt`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(parseSnapshot(values[0])?.paths).toEqual(['/tmp/eng/rec/src'])
    const nodes = values.slice(1).map((value) => parseNode(value))
    expect(nodes.map((node) => node?.path)).toContain('/tmp/eng/rec/src/new\nline')
    expect(nodes.find((node) => node?.name === 'big')).toEqual({
      path: '/tmp/eng/rec/src/big',
      name: 'big',
      kind: 'file',
      sizeBytes: 20_000_000,
      modifiedAt: expect.stringContaining('2026-11-23T') as string,
      mode: 0o644,
    })
    // Go's bit for sticky becomes the one of Unix.
    expect(nodes.find((node) => node?.path === '/tmp')?.mode).toBe(0o1777)
  })

  it('hold what was searched for', () => {
    const [found] = JSON.parse(recorded(`find-${version}.stdout.txt`)) as { matches: unknown[] }[]
    expect(found?.matches.map((match) => parseNode(match)?.name)).toContain('émoji 🎉')
  })
})

it.each([[null], ['text'], [{}], [{ path: '/a' }], [{ path: 1, type: 'file', mtime: 'x' }]])(
  '%j is no file and no failure',
  (value) => {
    expect(parseNode(value)).toBeUndefined()
  },
)

it('the size and count of a snapshot are known from 0.17 on', () => {
  const counts = (version: string) => {
    const [snapshot] = JSON.parse(recorded(`snapshots-${version}.stdout.txt`)) as unknown[]
    const { fileCount, sizeBytes } = parseSnapshot(snapshot) ?? {}
    return [fileCount, sizeBytes]
  }
  expect(counts('0.14.0')).toEqual([null, null])
  expect(counts('0.18.0')).toEqual([4, 20_000_004])
})
