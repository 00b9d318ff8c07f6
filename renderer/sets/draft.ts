import {
  backupSetDefinitionSchema,
  defaultRetention,
  type BackupSetDefinition,
  type Retention,
} from '../../shared/model/backup-set.ts'

/** A definition while it is being edited: any part may still be missing. */
export type Draft = BackupSetDefinition

export interface DraftProps {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}

export function newDraft(name: string, timeZone: string): Draft {
  return {
    name,
    sources: [],
    exclusions: ['*.tmp', '~$*', 'Thumbs.db', '.DS_Store'],
    schedules: [{ kind: 'daily', at: '20:00' }],
    timeZone,
    isPaused: false,
    catchUpMissed: true,
    conditions: { notOnBattery: false, notOnMetered: false },
    retention: defaultRetention,
    uploadLimitKibPerSecond: null,
    downloadLimitKibPerSecond: null,
    preCommand: null,
    postCommand: null,
  }
}

/** Whether the contract takes the definition as it is. */
export function isValid(draft: Draft): boolean {
  return backupSetDefinitionSchema.safeParse(draft).success
}

export const retentionPresets = {
  balanced: defaultRetention,
  short: {
    keepLastCount: 7,
    keepHourlyCount: 0,
    keepDailyCount: 14,
    keepWeeklyCount: 4,
    keepMonthlyCount: 0,
    keepYearlyCount: 0,
    keepWithinDays: 7,
  },
  long: {
    keepLastCount: 14,
    keepHourlyCount: 0,
    keepDailyCount: 90,
    keepWeeklyCount: 52,
    keepMonthlyCount: 60,
    keepYearlyCount: 10,
    keepWithinDays: 30,
  },
} as const satisfies Record<string, Retention>

export type RetentionPreset = keyof typeof retentionPresets

export function presetOf(retention: Retention): RetentionPreset | null {
  const rules = Object.keys(retention) as (keyof Retention)[]
  const names = Object.keys(retentionPresets) as RetentionPreset[]
  return names.find((name) => rules.every((rule) => retentionPresets[name][rule] === retention[rule])) ?? null
}
