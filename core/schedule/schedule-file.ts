import { join } from 'node:path'
import { z } from 'zod'
import { backupSetSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import { backupSetIdSchema } from '../../shared/model/ids.ts'
import type { Log } from '../core-deps.ts'
import { readIfThere } from '../profile/owner-only.ts'
import { writeWhole } from '../profile/write-whole.ts'
import type { SetState } from './decide.ts'

const stateSchema = z.object({
  handledUntilMs: z.number(),
  isHeldBack: z.boolean(),
  // JSON has no infinity: `null` is "while its run is under way".
  retry: z.object({ atMs: z.number().nullable(), count: z.number().int() }).nullable(),
})

const fileSchema = z.object({
  /** The sets of this computer as the server last told them. */
  backupSets: z.array(backupSetSchema),
  states: z.record(backupSetIdSchema, stateSchema),
})

/** What scheduling needs while the server cannot be reached, and over a restart. */
export interface ScheduleFile {
  backupSets(): Promise<readonly BackupSet[]>
  keepBackupSets(backupSets: readonly BackupSet[]): Promise<void>
  /** A set that was never seen is handled up to now: nothing of the past is caught up. */
  state(backupSetId: BackupSet['id'], nowMs: number): Promise<SetState>
  keepState(backupSetId: BackupSet['id'], state: SetState): Promise<void>
}

type Content = z.infer<typeof fileSchema>

/**
 * A copy: what is damaged is dropped with a warning and fetched again, because nothing in it is the only one
 * of its kind.
 */
export function openScheduleFile(profileFolder: string, log: Log): ScheduleFile {
  const path = join(profileFolder, 'schedule.json')
  let loaded: Promise<Content> | undefined
  const load = async (): Promise<Content> => {
    const text = await readIfThere(path)
    if (text === undefined) return { backupSets: [], states: {} }
    try {
      return fileSchema.parse(JSON.parse(text))
    } catch (error) {
      log.warn({ path, reason: String(error) }, 'The copy of the schedule was damaged and is fetched again')
      return { backupSets: [], states: {} }
    }
  }
  const content = (): Promise<Content> => (loaded ??= load())
  let last: Promise<unknown> = Promise.resolve()
  const change = (make: (before: Content) => Content): Promise<void> => {
    const written = last.then(async () => {
      const before = await content()
      const after = make(before)
      if (JSON.stringify(after) === JSON.stringify(before)) return
      await writeWhole(path, `${JSON.stringify(after)}\n`)
      loaded = Promise.resolve(after)
    })
    last = written.catch(() => undefined)
    return written
  }
  return {
    backupSets: async () => (await content()).backupSets,
    keepBackupSets: (backupSets) =>
      change(({ states }) => {
        const known = new Set(backupSets.map(({ id }) => id))
        const kept = Object.entries(states).filter(([id]) => known.has(id as BackupSet['id']))
        return { backupSets: [...backupSets], states: Object.fromEntries(kept) }
      }),
    state: async (id, nowMs) => {
      const kept = (await content()).states[id]
      if (kept !== undefined) return fromFile(kept)
      return { handledUntilMs: nowMs, isHeldBack: false, retry: null }
    },
    keepState: (id, state) =>
      change((before) => ({ ...before, states: { ...before.states, [id]: toFile(state) } })),
  }
}

function toFile({ retry, ...rest }: SetState): z.infer<typeof stateSchema> {
  return { ...rest, retry: retry && { ...retry, atMs: Number.isFinite(retry.atMs) ? retry.atMs : null } }
}

function fromFile({ retry, ...rest }: z.infer<typeof stateSchema>): SetState {
  // The process ended during the retry: it is due at once.
  return { ...rest, retry: retry && { ...retry, atMs: retry.atMs ?? 0 } }
}
