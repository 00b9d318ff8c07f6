import type { ClientApi } from '../shared/client-api.ts'

export type QuitAnswer = 'keep-running' | 'stop' | 'cancel'

export interface QuitDeps {
  readonly api: ClientApi
  /** A daemon's runs go on without us. */
  readonly isOwner: boolean
  ask(): Promise<QuitAnswer>
}

/**
 * Whether the program may end: at once when nothing of ours runs, else as the person says. When the client does
 * not answer there is nothing that quitting could harm.
 */
export async function decideQuit(deps: QuitDeps): Promise<'quit' | 'hide' | 'stay'> {
  if (!deps.isOwner) return 'quit'
  const status = await deps.api.request('app.status', {})
  if (!status.ok || status.value.running.length === 0) return 'quit'
  const answer = await deps.ask()
  if (answer === 'stop') return 'quit'
  return answer === 'keep-running' ? 'hide' : 'stay'
}
