import type { ClientApi } from '../../shared/client-api.ts'

/** What the bundle says about this program; all of it is harmless to pass on. */
export interface ProgramFacts {
  readonly version: string
  readonly versions: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly isPackaged: boolean
}

/**
 * Facts for support as one JSON text: versions, the client's state, the doctor's checks, and the outcome of the
 * last runs. No secret is in any of these.
 */
export async function diagnosticsText(api: ClientApi, facts: ProgramFacts): Promise<string> {
  const status = await api.request('app.status', {})
  const doctor = await api.request('doctor.run', {})
  const runs = await api.request('runs.list', { limit: 20 })
  const bundle = {
    program: facts,
    status: status.ok
      ? { ...status.value, loginName: status.value.loginName === null ? null : '…' }
      : status.problem,
    doctor: doctor.ok ? doctor.value.checks : doctor.problem,
    runs: runs.ok
      ? runs.value.runs.map(({ id, kind, trigger, outcome, startedAt, endedAt }) => ({
          id,
          kind,
          trigger,
          outcome,
          startedAt,
          endedAt,
        }))
      : runs.problem,
  }
  return `${JSON.stringify(bundle, undefined, 2)}\n`
}
