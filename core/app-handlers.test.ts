import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../shared/errors.ts'
import { backupSetIdSchema, jobRunIdSchema } from '../shared/model/ids.ts'
import type { JobRun } from '../shared/model/job-run.ts'
import type { SessionScope } from '../shared/model/account.ts'
import { plainInstallation } from '../shared/model/installation.ts'
import { appHandlers } from './app-handlers.ts'
import { reportOf, type RunResult } from './jobs/report.ts'
import { coreParts, type CoreParts } from './session/core.fixture.ts'

let core: CoreParts
let chosen: string[]
beforeEach(async () => {
  core = await coreParts()
  chosen = []
})
afterEach(() => core.remove())

function handlers(isSecretStoreFixed: boolean, lastBackup?: JobRun) {
  return appHandlers({
    ...core,
    secrets: {
      ...core.secrets,
      choose: (kind) => Promise.resolve(void chosen.push(kind)),
      state: () => Promise.resolve('ready'),
      close: () => undefined,
    },
    installation: { ...plainInstallation, isSecretStoreFixed },
    isScheduling: () => false,
    engineSide: {
      engine: () => Promise.reject(new AppError('ENGINE_MISSING', 'There is none in this test.')),
      running: () => [],
      nextRuns: () => Promise.resolve([]),
      lastBackup: () => Promise.resolve(lastBackup),
    },
  })
}

describe('where secrets are kept', () => {
  it('is a person’s choice', async () => {
    await handlers(false)['app.chooseSecretStore']({ kind: 'system' })
    expect(chosen).toEqual(['system'])
  })

  it('stays where the administrator put it', async () => {
    await expect(handlers(true)['app.chooseSecretStore']({ kind: 'system' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      details: { reason: 'fixed' },
    })
    await handlers(true)['app.chooseSecretStore']({ kind: 'file' })
    expect(chosen).toEqual(['file'])
  })
})

describe('an account that needs a second factor before backups go on', () => {
  const run = (result: RunResult): JobRun => ({
    ...reportOf({ kind: 'backup', trigger: 'schedule', startedAtMs: 0, endedAtMs: 0 }, result),
    id: jobRunIdSchema.parse(`run_${'r'.repeat(22)}`),
    backupSetId: backupSetIdSchema.parse(`set_${'s'.repeat(22)}`),
    deviceId: null,
  })
  const heldUp = run({ outcome: 'skipped', skipReason: 'second-factor-required' })
  const needs = async (last: JobRun): Promise<boolean> =>
    (await handlers(false, last)['app.status']({})).needsSecondFactor
  const signedIn = (scope: SessionScope): Promise<void> =>
    core.session.keep({
      address: core.server().address,
      token: 't',
      scope,
      expiresAt: '2999-01-01T00:00:00.000Z',
    })

  it('is told of by the newest backup, with nobody signed in or somebody who skipped it', async () => {
    expect(await needs(heldUp)).toBe(true)
    await signedIn('legacy')
    expect(await needs(heldUp)).toBe(true)
    expect(await needs(run({ outcome: 'complete' }))).toBe(false)
    expect(await needs(run({ outcome: 'skipped', skipReason: 'on-battery' }))).toBe(false)
  })

  it('has it once somebody signed in with one', async () => {
    await signedIn('full')
    expect(await needs(heldUp)).toBe(false)
  })
})
