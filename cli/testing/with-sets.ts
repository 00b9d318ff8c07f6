import type { ClientHandlers } from '../../shared/client-api.ts'
import { appStatus } from './fake-client.ts'
import { backupSet, ids, me } from './samples.ts'

/** A computer, enrolled as laptop, and two sets, docs and photos. */
export function withSets(more: Partial<ClientHandlers> = {}): Partial<ClientHandlers> {
  return {
    'app.status': () => Promise.resolve(appStatus({ device: { id: ids.device('D'), name: 'laptop' } })),
    'sets.list': () =>
      Promise.resolve({ backupSets: [backupSet(), backupSet({ id: ids.set('B') }, 'photos')] }),
    'account.me': () => Promise.resolve(me()),
    ...more,
  }
}
