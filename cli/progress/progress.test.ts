import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunProgress } from '../../shared/client-api.ts'
import { displayWidth } from '../format/width.ts'
import { FakeTerminal } from '../terminal/fake-terminal.ts'
import { fakeContext } from '../testing/run-with-fakes.ts'
import { ids, jobRun } from '../testing/samples.ts'
import { progressLine, progressText } from './progress-line.ts'
import { createProgressView } from './progress-view.ts'

function progress(change: Partial<RunProgress> = {}): RunProgress {
  return {
    jobRunId: ids.run('N'),
    backupSetId: ids.set('A'),
    kind: 'backup',
    stage: 'transferring',
    doneFraction: 0.425,
    filesDone: 10,
    filesTotal: 20,
    bytesDone: 1.25 * 1024 ** 3,
    bytesTotal: 3 * 1024 ** 3,
    bytesPerSecond: 85 * 1024 ** 2,
    secondsLeft: 21,
    currentFiles: ['/home/anna/photos/2026/summer/IMG_0001.jpg'],
    leftOutCount: 0,
    ...change,
  }
}

describe('the progress line', () => {
  it('shows bar, share, size, speed, time left and the file', () => {
    expect(progressLine(progress(), 130)).toBe(
      '[#########...........]   42 %  1.25 GiB of 3.00 GiB  85.0 MiB/s  21 s left  /home/anna/photos/2026/summer/IMG_0001.jpg',
    )
  })

  it('shortens the file to the room there is, and leaves it out when there is none', () => {
    expect(progressLine(progress(), 100)).toMatch(/ {2}…\S*IMG_0001\.jpg$/)
    expect(progressLine(progress(), 82)).toMatch(/left$/)
  })

  it('never says 100 % before the end', () => {
    expect(progressText(progress({ doneFraction: 0.9999 }))).toMatch(/^ 99 %/)
  })

  it('counts what is left out', () => {
    expect(progressText(progress({ leftOutCount: 2 }))).toContain('2 files left out')
  })

  it('says what goes on while nothing is known yet', () => {
    const early = progress({ stage: 'scanning', doneFraction: null, secondsLeft: null, currentFiles: [] })
    expect(progressLine(early, 80)).toBe('scanning')
  })

  it('stays inside the terminal, however narrow and whatever the file is called', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.option(fc.double({ min: -1, max: 2, noNaN: true }), { nil: null }),
        fc.string({ unit: 'grapheme' }),
        (columns, doneFraction, file) => {
          const line = progressLine(progress({ doneFraction, currentFiles: [file] }), columns)
          expect(displayWidth(line)).toBeLessThan(columns + 0.5)
          expect(line).not.toMatch(/\p{Cc}/u)
        },
      ),
    )
  })
})

describe('the progress view', () => {
  const steps = [0, 0.05, 0.1, 0.15, 0.5, 0.55, 1].map((doneFraction) => progress({ doneFraction }))

  it('replaces one line on a terminal and takes it away at the end', () => {
    const { context, terminal } = fakeContext()
    const view = createProgressView(context, 'Backing up docs')
    for (const step of steps) view.show(step)
    expect(terminal.statuses).toHaveLength(steps.length)
    view.ended(jobRun())
    expect(terminal.statuses.at(-1)).toBe('')
    view.close()
    expect(terminal.results).toEqual([])
  })

  it('writes a line for each tenth to a log', () => {
    const { context, terminal } = fakeContext({ isInteractive: false })
    const view = createProgressView(context, 'Backing up docs')
    for (const step of steps) view.show(step)
    expect(terminal.remarks.map((line) => line.trim().split(' %')[0])).toEqual(['0', '10', '50', '100'])
  })

  it('writes one JSON event a line with --json', () => {
    const { context, terminal } = fakeContext()
    const view = createProgressView({ ...context, manner: { ...context.manner, isJson: true } }, 'x')
    view.started(ids.run('N'))
    view.show(progress())
    view.ended(jobRun())
    view.close()
    const events = terminal.results.map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toEqual(['run.started', 'run.progress', 'run.ended'])
    expect(terminal.statuses).toEqual([])
  })

  it('shows nothing with --quiet', () => {
    const terminal = new FakeTerminal()
    const { context } = fakeContext()
    const view = createProgressView(
      { ...context, terminal, manner: { ...context.manner, isQuiet: true } },
      'x',
    )
    for (const step of steps) view.show(step)
    view.close()
    expect([...terminal.results, ...terminal.remarks, ...terminal.statuses]).toEqual([])
  })
})
