import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { trayView } from './tray-status.ts'

type Status = Parameters<typeof trayView>[0]
const words = wordsOf('en')
const signedOut: Status = { session: null, device: null, running: [], nextRuns: [] }
const enrolled = { ...signedOut, device: { id: 'dev', name: 'PC' } } as unknown as Status
const next = [
  { backupSetId: 'b', name: 'Photos', at: '2026-02-01T20:00:00.000Z' },
  { backupSetId: 'a', name: 'Documents', at: '2026-01-01T20:00:00.000Z' },
] as unknown as Status['nextRuns']
const running = { ...enrolled, running: ['run'] } as unknown as Status
const format = (at: string) => at.slice(0, 10)

describe('the tray', () => {
  it('says that nobody is signed in, and offers no backup', () => {
    expect(trayView(signedOut, undefined, false, words, format)).toEqual({
      state: 'signed-out',
      line: 'Not signed in',
      canBackUp: false,
    })
  })

  it('offers a backup on an enrolled computer although nobody is signed in', () => {
    expect(trayView(enrolled, undefined, false, words, format)).toEqual({
      state: 'idle',
      line: 'Nothing is running',
      canBackUp: true,
    })
  })

  it('names the soonest run', () => {
    const view = trayView({ ...enrolled, nextRuns: next }, undefined, false, words, format)
    expect(view.line).toBe('Next: Documents, 2026-01-01')
  })

  it.each([
    [0.479, 'Backing up… 47 %'],
    [1, 'Backing up… 100 %'],
    [null, 'Backing up…'],
  ])('with %s done says "%s" and offers no second backup', (doneFraction, line) => {
    expect(trayView(running, { doneFraction }, false, words, format)).toEqual({
      state: 'running',
      line,
      canBackUp: false,
    })
  })

  it('shows that something needs looking at', () => {
    expect(trayView(enrolled, undefined, true, words, format).state).toBe('attention')
  })
})
