import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { backupSetDefinitionSchema, defaultRetention } from '../../shared/model/backup-set.ts'
import { definitionFromFlags, withDefinitionFlags, type DefinitionFlags } from './definition-flags.ts'

function flags(...args: string[]): DefinitionFlags {
  const command = withDefinitionFlags(new Command('edit'))
  command.exitOverride().parse(args, { from: 'user' })
  return command.opts()
}

const before = backupSetDefinitionSchema.parse({
  name: 'docs',
  sources: ['/home/anna/docs'],
  exclusions: ['*.tmp'],
  schedules: [{ kind: 'daily', at: '20:00' }],
  timeZone: 'Europe/Berlin',
  catchUpMissed: false,
  conditions: { notOnBattery: true, notOnMetered: false },
  uploadLimitKibPerSecond: 500,
  preCommand: { argv: ['sync'] },
})

describe('a definition from flags', () => {
  it('without any is what it was', () => {
    expect(definitionFromFlags(flags(), before, '/work')).toEqual(before)
  })

  it('for a new set has the defaults', () => {
    const made = definitionFromFlags(flags('--name', 'docs', '--source', '/a'), {}, '/work')
    expect(made).toEqual(backupSetDefinitionSchema.parse({ name: 'docs', sources: ['/a'] }))
    expect(made.retention).toEqual(defaultRetention)
  })

  it('collects repeated flags, and several kinds of schedule', () => {
    const made = definitionFromFlags(
      flags(
        '--name',
        'x',
        '--source',
        '/a',
        '--source',
        '/b',
        '--exclude',
        '*.o',
        '--daily',
        '20:00',
        '--daily',
        '08:00',
        '--every',
        '1h',
      ),
      {},
      '/work',
    )
    expect(made.sources).toEqual(['/a', '/b'])
    expect(made.schedules.map(({ kind }) => kind)).toEqual(['daily', 'daily', 'periodic'])
  })

  it('takes relative sources from the folder one stands in', () => {
    const made = definitionFromFlags(
      flags('--name', 'x', '--source', 'docs', '--source', '..'),
      {},
      '/work/here',
    )
    expect(made.sources).toEqual(['/work/here/docs', '/work'])
  })

  it('changes one retention rule and leaves the others', () => {
    const made = definitionFromFlags(flags('--keep-daily', '60'), before, '/work')
    expect(made.retention).toEqual({ ...defaultRetention, keepDailyCount: 60 })
  })

  it('changes one condition and leaves the other', () => {
    expect(definitionFromFlags(flags('--no-metered'), before, '/work').conditions).toEqual({
      notOnBattery: true,
      notOnMetered: true,
    })
    expect(definitionFromFlags(flags('--battery'), before, '/work').conditions.notOnBattery).toBe(false)
  })

  it.each([
    [['--no-schedule'], { schedules: [] }],
    [['--upload-limit', '0'], { uploadLimitKibPerSecond: null }],
    [['--before', '[]'], { preCommand: null }],
    [['--catch-up'], { catchUpMissed: true }],
    [['--no-catch-up'], { catchUpMissed: false }],
  ])('%j takes away or puts back', (args, change) => {
    expect(definitionFromFlags(flags(...args), before, '/work')).toMatchObject(change)
  })

  it('refuses a policy that keeps nothing, and names where', () => {
    const nothing = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'within'].flatMap((rule) => [
      `--keep-${rule}`,
      '0',
    ])
    expect(() => definitionFromFlags(flags(...nothing), before, '/work')).toThrow(
      'Invalid input at retention',
    )
  })

  it('refuses a set without a source', () => {
    expect(() => definitionFromFlags(flags('--name', 'x'), {}, '/work')).toThrow('Invalid input at sources')
  })
})
