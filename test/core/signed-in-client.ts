import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openClient, type Client, type OpenClientOptions } from '../../core/client.ts'
import type { ClientCall } from '../../shared/client-api.ts'
import type { BackupSet, BackupSetDefinition } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { ClientStep, Operation } from '../../shared/model/sign-in.ts'
import { ask, expectStep, optionFor } from '../demo/client-session.ts'
import { askedGroups } from '../fixtures/kit-groups.ts'
import { accountServer } from '../harness/account-server.ts'
import type { TestServer } from '../harness/server.ts'

/** A person at a computer: signed in, kit confirmed, ready to make sets. */
export interface Person {
  client: Client
  readonly loginName: string
  /** A folder for whatever the test needs; the profile is in it. */
  readonly folder: string
  readonly home: string
  makeSet(definition: SetInput): Promise<BackupSet>
  backUp(backupSet: BackupSet): Promise<JobRun>
  /** A fresh second factor for one operation. */
  stepUp(operation: Operation): Promise<void>
  /** Closes the client and opens it again, as the next start of the program would. */
  reopen(options?: OpenClientOptions): Promise<void>
  dispose(): Promise<void>
}

export type SetInput = Pick<BackupSetDefinition, 'name' | 'sources'> & Partial<BackupSetDefinition>

let lastNumber = 4_915_123_450_000

/** Every person has a number of their own: messages to one number are limited. */
export async function signedInPerson(
  server: TestServer,
  loginName: string,
  way: ClientCall<'server.connect'> = { address: server.address },
): Promise<Person> {
  const accounts = accountServer(server)
  lastNumber += 1
  const made = (await accounts.command('user', 'add', loginName, '--phone', `+${lastNumber}`)) as {
    oneTimePassword: string
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-person-'))
  const home = path.join(folder, 'profile')
  const person = { client: await openClient({ home }) }
  const { api } = person.client
  await ask(api, 'app.chooseSecretStore', { kind: 'file' })
  await ask(api, 'server.connect', way)
  await ask(api, 'signIn.start', { loginName, password: made.oneTimePassword })
  const changed = await ask(api, 'transaction.changePassword', {
    newPassword: `the password of ${loginName}`,
  })
  const proveBySms = async (step: ClientStep): Promise<ClientStep> => {
    const { factorId } = optionFor(step, ({ method }) => method === 'sms')
    const chosen = await ask(person.client.api, 'transaction.chooseMethod', { factorId })
    const { challenge } = expectStep(chosen.step, 'enter-code')
    const code = await accounts.passcode(challenge.prefix ?? '')
    return (await ask(person.client.api, 'transaction.prove', { code })).step
  }
  expectStep(await proveBySms(changed.step), 'signed-in')
  const { kit } = await ask(api, 'kit.create', {})
  await ask(api, 'kit.confirm', { groups: askedGroups(kit) })
  return Object.assign(person, {
    loginName,
    folder,
    home,
    makeSet: async (definition: SetInput) =>
      (await ask(person.client.api, 'sets.create', { definition })).backupSet,
    backUp: async ({ id }: BackupSet) => {
      const { jobRunId } = await ask(person.client.api, 'backup.start', { backupSetId: id })
      return (await ask(person.client.api, 'run.wait', { jobRunId })).run
    },
    stepUp: async (operation: Operation) => {
      const { step } = await ask(person.client.api, 'stepUp.start', { operation })
      expectStep(await proveBySms(step), 'granted')
    },
    reopen: async (options: OpenClientOptions = {}) => {
      await person.client.close()
      person.client = await openClient({ home, ...options })
    },
    dispose: async () => {
      await person.client.close()
      await rm(folder, { recursive: true, force: true })
    },
  })
}
