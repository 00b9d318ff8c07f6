import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { backupSetIdSchema, deviceIdSchema } from '../../shared/model/ids.ts'
import { jobRunSchema, type JobRun } from '../../shared/model/job-run.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { openHistory, type RunHistory } from './history.ts'
import { listRuns } from './list-runs.ts'
import { newJobRunId } from './new-run-id.ts'
import { reportOf } from './report.ts'
import { sendReports } from './send-reports.ts'

const backupSetId = backupSetIdSchema.parse(`set_${'a'.repeat(22)}`)
const deviceId = deviceIdSchema.parse(`dev_${'d'.repeat(22)}`)

let core: CoreParts
let history: RunHistory
/** What the server does with each report, in order. */
let answers: ('ok' | ErrorCode)[]
let told: string[]
beforeEach(async () => {
  core = await coreParts()
  history = openHistory(core.profile.folder)
  answers = []
  told = []
  core.servers.current.script.deviceReport = ({ report }) => {
    const answer = answers.shift() ?? 'ok'
    if (answer !== 'ok') throw new AppError(answer, 'refused')
    told.push(report.startedAt)
    return { run: jobRunSchema.parse({ ...report, id: newJobRunId(), backupSetId, deviceId }) }
  }
})
afterEach(() => core.remove())

const device = {
  deviceId: () => deviceId,
  prove: () =>
    Promise.resolve({ deviceId, nonce: 'nonce', serverAddress: 'https://cbs.example', signature: 's' }),
  sign: () => Promise.resolve(''),
}

function runAt(startedAtMs: number): JobRun {
  const run = { kind: 'backup', trigger: 'manual', startedAtMs, endedAtMs: startedAtMs } as const
  return jobRunSchema.parse({
    ...reportOf(run, { outcome: 'failed', errorCode: 'SERVER_UNREACHABLE' }),
    id: newJobRunId(),
    backupSetId,
    deviceId,
  })
}

async function waiting(): Promise<boolean[]> {
  return (await history.entries()).map(({ isWaiting }) => isWaiting).reverse()
}

describe('runs that the server has not heard of', () => {
  beforeEach(async () => {
    for (const startedAtMs of [1000, 2000, 3000]) await history.add(runAt(startedAtMs), null)
  })
  const send = () => sendReports({ ...core, device }, history)

  it('are told once, oldest first', async () => {
    await send()
    await send()
    expect(told.map((at) => Date.parse(at))).toEqual([1000, 2000, 3000])
    expect(await waiting()).toEqual([false, false, false])
  })

  it.each<ErrorCode>([
    'SERVER_UNREACHABLE',
    'SERVER_CERTIFICATE',
    'PROXY_UNREACHABLE',
    'PROXY_SIGN_IN_REQUIRED',
    'PROXY_REFUSED',
  ])('wait while the way to the server is closed (%s)', async (code) => {
    answers = ['ok', code]
    await send()
    expect(await waiting()).toEqual([false, true, true])
    await send()
    expect(await waiting()).toEqual([false, false, false])
  })

  it('wait for a credential store that is locked', async () => {
    const locked = { ...device, prove: () => Promise.reject(new AppError('SECRET_STORE_LOCKED', 'locked')) }
    await sendReports({ ...core, device: locked }, history)
    expect(await waiting()).toEqual([true, true, true])
  })

  it('that it refuses for good hold up no others and are not sent again', async () => {
    answers = ['NOT_FOUND', 'ok', 'ok']
    await send()
    expect(told).toHaveLength(2)
    expect(await waiting()).toEqual([false, false, false])
  })
})

describe('the list of runs', () => {
  beforeEach(() =>
    core.session.keep({
      token: 'token',
      scope: 'full',
      expiresAt: '2027-01-01T00:00:00.000Z',
      address: core.servers.current.address,
    }),
  )
  const list = (limit = 50) => listRuns(core, history, { backupSetId, limit })

  it('joins this computer’s and those of others, newest first, each once', async () => {
    const [mine, unheard, elsewhere] = [runAt(1000), runAt(3000), runAt(2000)]
    const known = { ...mine, id: newJobRunId() }
    await history.add(mine, known.id)
    await history.add(unheard, null)
    core.servers.current.script.runs = () => ({ runs: [elsewhere, known] })
    expect((await list()).map(({ id }) => id)).toEqual([unheard.id, elsewhere.id, mine.id])
    expect((await list(1)).map(({ id }) => id)).toEqual([unheard.id])
  })

  it.each<ErrorCode>(['SERVER_UNREACHABLE', 'PROXY_SIGN_IN_REQUIRED', 'SESSION_ENDED', 'SERVER_BUSY'])(
    'is this computer’s own when the server says %s',
    async (code) => {
      const mine = runAt(1000)
      await history.add(mine, null)
      core.servers.current.script.runs = () => {
        throw new AppError(code, 'no')
      }
      expect((await list()).map(({ id }) => id)).toEqual([mine.id])
    },
  )

  it('fails when the server’s answer makes no sense, and does not pretend', async () => {
    core.servers.current.script.runs = () => {
      throw new AppError('SERVER_ANSWER_UNKNOWN', 'what?')
    }
    await expect(list()).rejects.toMatchObject({ code: 'SERVER_ANSWER_UNKNOWN' })
  })
})
