import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openClient, type Client } from '../../core/client.ts'
import type { ClientStep, MethodOption, Operation } from '../../shared/model/sign-in.ts'
import { ask, expectStep, optionFor } from '../demo/client-session.ts'
import { accountServer } from '../harness/account-server.ts'
import type { TestServer } from '../harness/server.ts'

/** Somebody with an account, who sits at computers and reads messages on the phone. */
export interface Person {
  readonly loginName: string
  readonly oneTimePassword: string
  readonly password: string
  readonly phone: string
}

let phones = 0

/** An account as an administrator makes it; `phone: false` leaves it without any second factor. */
export async function newPerson(
  server: TestServer,
  options: { phone?: boolean; group?: string } = {},
): Promise<Person> {
  phones += 1
  const phone = `+4915123456${String(phones).padStart(3, '0')}`
  const loginName = `person-${String(phones)}`
  const extra = [
    ...(options.phone === false ? [] : ['--phone', phone]),
    ...(options.group === undefined ? [] : ['--group', options.group]),
  ]
  const made = (await server.command('user', 'add', loginName, ...extra, '--json')).json()
  const { oneTimePassword } = made as { oneTimePassword: string }
  return { loginName, oneTimePassword, phone, password: `a good password ${randomBytes(6).toString('hex')}` }
}

/** Computers of a test: each an own profile, closed and removed at the end. */
export function computers(server: TestServer) {
  const open = new Set<Client>()
  const homes: string[] = []
  const close = async (client: Client): Promise<void> => {
    open.delete(client)
    await client.close()
  }
  return {
    close,
    /** A computer that Holdfast was just installed on, pointed at the server; or an earlier one, started again. */
    start: async (home?: string): Promise<Client> => {
      const folder = home ?? (await mkdtemp(path.join(tmpdir(), 'holdfast-computer-')))
      const client = await openClient({ home: folder })
      open.add(client)
      if (home !== undefined) return client
      homes.push(folder)
      await ask(client.api, 'app.chooseSecretStore', { kind: 'file' })
      await ask(client.api, 'server.connect', { address: server.address })
      return client
    },
    end: async (): Promise<void> => {
      for (const client of open) await close(client)
      for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true })
    },
  }
}

/** The passcode of the message that belongs to a step. */
export async function passcode(server: TestServer, step: ClientStep): Promise<string> {
  return accountServer(server).passcode(expectStep(step, 'enter-code').challenge.prefix ?? '')
}

export async function choose(
  client: Client,
  step: ClientStep,
  matches: (option: MethodOption) => boolean,
): Promise<ClientStep> {
  return (await ask(client.api, 'transaction.chooseMethod', { factorId: optionFor(step, matches).factorId }))
    .step
}

export async function proveBySms(
  server: TestServer,
  client: Client,
  step: ClientStep,
  trustDevice = false,
): Promise<ClientStep> {
  const sent =
    step.kind === 'enter-code' ? step : await choose(client, step, ({ method }) => method === 'sms')
  const code = await passcode(server, sent)
  return (await ask(client.api, 'transaction.prove', { code, trustDevice })).step
}

/** The first sign-in of an account: one-time password, own password, passcode. Returns the last step. */
export async function firstSignIn(server: TestServer, client: Client, person: Person) {
  const { loginName, oneTimePassword, password } = person
  await ask(client.api, 'signIn.start', { loginName, password: oneTimePassword })
  const { step } = await ask(client.api, 'transaction.changePassword', { newPassword: password })
  return expectStep(await proveBySms(server, client, step), 'signed-in')
}

export async function startSignIn(client: Client, person: Person): Promise<ClientStep> {
  const { loginName, password } = person
  return (await ask(client.api, 'signIn.start', { loginName, password })).step
}

export async function stepUp(server: TestServer, client: Client, operation: Operation): Promise<ClientStep> {
  const { step } = await ask(client.api, 'stepUp.start', { operation })
  return expectStep(await proveBySms(server, client, step), 'granted')
}
