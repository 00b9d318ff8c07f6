import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { noticeOf } from './run-notice.ts'

const words = wordsOf('en')
const backup = { kind: 'backup', trigger: 'schedule', outcome: 'complete', skipReason: null } as const

describe('a person is told', () => {
  it.each(['schedule', 'manual', 'catch-up'] as const)('of every backup that failed (%s)', (trigger) => {
    expect(noticeOf({ ...backup, trigger, outcome: 'failed' }, 'Photos', words)).toEqual({
      title: 'Backup failed',
      body: 'Photos',
      needsAttention: true,
    })
  })

  it('of a backup that left files out', () => {
    expect(noticeOf({ ...backup, outcome: 'incomplete' }, 'Photos', words)?.needsAttention).toBe(true)
  })

  it('of a skip for want of a second step, which goes on until they do something', () => {
    const run = { ...backup, outcome: 'skipped', skipReason: 'second-factor-required' } as const
    expect(noticeOf(run, 'Photos', words)).toMatchObject({ body: 'Photos', needsAttention: true })
  })

  it('of the good end of a backup that they started', () => {
    expect(noticeOf({ ...backup, trigger: 'manual' }, 'Photos', words)?.title).toBe('Backup finished')
  })
})

describe('a person is not disturbed', () => {
  it.each([
    ['by a scheduled backup that went well', backup],
    ['by what they cancelled', { ...backup, trigger: 'manual', outcome: 'cancelled' }],
    ['by a skip', { ...backup, outcome: 'skipped' }],
    ['by maintenance', { ...backup, kind: 'maintenance', outcome: 'failed' }],
    ['by a restore, which they watch', { ...backup, kind: 'restore', trigger: 'manual' }],
  ] as const)('%s', (_what, run) => {
    expect(noticeOf(run, 'Photos', words)).toBeUndefined()
  })
})
