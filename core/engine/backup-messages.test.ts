import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseBackupMessage } from './backup-messages.ts'

function recorded(name: string) {
  const text = readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8')
  return text.split('\n').flatMap((line) => parseBackupMessage(line) ?? [])
}

describe.each(['0.14.0', '0.18.0', '0.19.1'])('the messages of restic %s', (version) => {
  it('end with a summary', () => {
    expect(recorded(`backup-${version}.stdout.txt`).at(-1)).toMatchObject({
      message_type: 'summary',
      files_new: 4,
      total_bytes_processed: 20_000_004,
      snapshot_id: expect.stringMatching(/^[0-9a-f]{8,64}$/) as string,
    })
  })

  it('tell progress', () => {
    const statuses = recorded(`backup-${version}.stdout.txt`).filter(
      (message) => message.message_type === 'status',
    )
    expect(statuses.length).toBeGreaterThan(0)
    for (const { percent_done: fraction } of statuses) {
      expect(fraction).toBeGreaterThanOrEqual(0)
      expect(fraction).toBeLessThanOrEqual(1)
    }
  })

  it('name the files that could not be read', () => {
    const items = recorded(`backup-${version}.stderr.txt`).flatMap((message) =>
      message.message_type === 'error' && message.during !== 'scan' ? [message.item] : [],
    )
    expect(items).toEqual(['/tmp/eng/rec/src/closed', '/tmp/eng/rec/src/secret'])
  })
})

it.each([
  ['a sentence', 'Warning: at least one source file could not be read'],
  ['a message of a kind that is not known yet', '{"message_type":"moon_phase","phase":1}'],
  ['half a message', '{"message_type":"stat'],
  ['a summary without its snapshot', '{"message_type":"summary","files_new":1}'],
  ['an empty line', ''],
])('%s is no message and no failure', (_what, line) => {
  expect(parseBackupMessage(line)).toBeUndefined()
})
