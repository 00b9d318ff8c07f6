import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { accountServer } from '../harness/account-server.ts'
import type { TestServer } from '../harness/server.ts'
import type { Answer, Ran, TerminalProfile } from '../harness/terminal.ts'

export const phones = ['+12025550123', '+12025550124'] as const
export const ownPassword = 'correct horse battery staple'

/** Makes a backup user with two telephones. Returns the one-time password. */
export async function addUser(server: TestServer, loginName = 'anna'): Promise<string> {
  const flags = phones.flatMap((phone) => ['--phone', phone])
  const added = (await server.command('user', 'add', loginName, ...flags, '--json')).json()
  return (added as { oneTimePassword: string }).oneTimePassword
}

/** Answers the prompt of a passcode with what the message said that carries the same prefix. */
export function passcode(server: TestServer): Answer {
  return [/^Code.*: ([A-Z]{4})-$/, (match) => accountServer(server).passcode(match[1] ?? '')]
}

export const scriptedLogin = ['login', '--secret-store', 'file', '--user', 'anna', '--password-stdin']

/** The first sign-in of the user on a computer: one-time password, own password, telephone, passcode. */
export function firstLogin(
  server: TestServer,
  profile: TerminalProfile,
  oneTimePassword: string,
  ...flags: string[]
): Promise<Ran> {
  const args = [...scriptedLogin, '--server', server.address, '--method', 'sms:1', ...flags]
  return profile.run(args, [
    [/^Password:/, oneTimePassword],
    [/^New password:/, ownPassword],
    passcode(server),
  ])
}

/** A set with its recovery kit in `kit.txt` of the profile, confirmed by reading that file. */
export function addSet(
  profile: TerminalProfile,
  name: string,
  source: string,
  ...flags: string[]
): Promise<Ran> {
  const kitFile = path.join(profile.home, 'kit.txt')
  const group: Answer = [
    /type group (\d+) of the key/,
    async (match) => (await keyOf(kitFile)).split('-')[Number(match[1])] ?? '',
  ]
  const args = ['sets', 'add', '--name', name, '--source', source, '--kit-file', kitFile, ...flags]
  return profile.run(args, [group, group])
}

export async function keyOf(kitFile: string): Promise<string> {
  const key = /^Key: (\S+)$/m.exec(await readFile(kitFile, 'utf8'))?.[1]
  if (key === undefined) throw new Error('The kit names no key.')
  return key
}
