import type { BackupSetId, RepositoryId } from '../../shared/model/ids.ts'
import { makeAccount, makeSet, type AccountServer } from '../fixtures/account.ts'
import { accountServer } from '../harness/account-server.ts'
import { startServer } from '../harness/server.ts'

export interface DemoServer extends AccountServer {
  /** Another user with a set, whom a thief may try to reach. */
  bystander(): Promise<{ backupSetId: BackupSetId; repositoryId: RepositoryId }>
  stop(): Promise<void>
}

/** The real server program on a free loopback port with a fresh data folder. */
export async function startDemoServer(dataFolder: string): Promise<DemoServer> {
  const running = await startServer({ dataFolder })
  const server = accountServer(running)
  return {
    ...server,
    bystander: async () => {
      const account = await makeAccount(server, 'bystander', '+4915155555555')
      const { id, repositoryId } = await makeSet(server, account, { name: 'Private', sources: ['/'] })
      return { backupSetId: id, repositoryId }
    },
    stop: async () => {
      await running.stop()
    },
  }
}
