import { Option, type Command } from 'commander'
import type { AppStatus, SecretStoreKind } from '../../shared/client-api.ts'
import type { SessionScope } from '../../shared/model/account.ts'
import type { Enrolment } from '../../shared/model/sign-in.ts'
import { askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatInstant } from '../format/time.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { parseEnrolment } from '../parse/method.ts'
import { parseSecretStore } from '../parse/secret-store.ts'
import { request, requestOnly } from '../request.ts'
import { connectServer, type ServerOptions } from '../sign-in/connect-server.ts'
import { ensureSecretStore } from '../sign-in/ensure-secret-store.ts'
import { withProxyOptions } from '../sign-in/proxy-options.ts'
import { signIn } from '../sign-in/sign-in.ts'

interface LoginOptions extends ServerOptions {
  readonly user?: string
  readonly passwordStdin?: boolean
  readonly secretStore?: SecretStoreKind
  readonly keepSignedIn?: boolean
  readonly trust?: boolean
  readonly enrol?: Enrolment
  readonly skipEnrolment?: boolean
  readonly saveBackupCodes?: string
  readonly device: boolean
  readonly deviceName?: string
}

export function addLogin(program: Command, host: Host): void {
  withProxyOptions(program.command('login'))
    .description('sign in with password and second factor; the first time also sets this computer up')
    .addOption(new Option('--server <address>', 'address of the server').env('HOLDFAST_SERVER'))
    .option('--allow-insecure', 'permit plain http to an address that is not this computer')
    .option('--ca-file <file>', 'certificate of the authority that the server’s certificate is from')
    .option('--user <name>', 'login name')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--secret-store <kind>', 'where secrets are kept: system or file', parseSecretStore)
    .option('--keep-signed-in', 'stay signed in for viewing and backing up')
    .option('--trust', 'ask for no second factor on this computer for a while')
    .option(
      '--enrol <what>',
      'register totp, passkey, sms:+49…, voice:+49… or email:… when nothing is registered',
      parseEnrolment,
    )
    .option('--skip-enrolment', 'decline to register a second factor where that is allowed')
    .option('--save-backup-codes <file>', 'write new backup codes to a new file instead of the screen')
    .option('--no-device', 'do not let this computer run backups by itself')
    .option('--device-name <name>', 'what the server calls this computer')
    .action(host.run(login))
  program
    .command('logout')
    .description('end the session; scheduled backups go on')
    .action(
      host.run(async (context) => {
        await request(context, 'signIn.signOut', {})
        result(context, { isSignedIn: false }, () => ['Signed out. Scheduled backups go on.'])
        return 0
      }),
    )
}

async function login(context: CommandContext, options: LoginOptions): Promise<number> {
  await ensureSecretStore(context, options.secretStore)
  await connectServer(context, options)
  const step = await signIn(context, { ...options, loginName: options.user })
  if (step.scope !== 'limited') await enrolDevice(context, options)
  const status = await requestOnly(context, 'app.status', {})
  const document = {
    isSignedIn: true,
    loginName: status.loginName,
    scope: step.scope,
    expiresAt: step.expiresAt,
    device: status.device,
  }
  result(context, document, () => welcome(status, step))
  return 0
}

const reaches: Record<SessionScope, string> = {
  full: '',
  limited: ' You can look and back up; for changes and restoring your second factor is asked for.',
  legacy:
    ' Without a second factor you can only set this computer up and back it up. To set one up: `holdfast logout`, then `holdfast login`.',
}

function welcome(status: AppStatus, step: { scope: SessionScope; expiresAt: string }): string[] {
  const reach = reaches[step.scope]
  const lines = [`Signed in as ${status.loginName ?? '?'} until ${formatInstant(step.expiresAt)}.${reach}`]
  if (status.device === null) lines.push('This computer may not run backups by itself.')
  else lines.push(`This computer, ${status.device.name}, may run backups by itself.`)
  return lines
}

/** A script that did not decline wants what nearly everybody wants; a person is asked. */
async function enrolDevice(context: CommandContext, options: LoginOptions): Promise<void> {
  const { device } = await requestOnly(context, 'app.status', {})
  if (device !== null || !options.device) return
  const mayAsk =
    context.terminal.isInteractive && !context.manner.isNonInteractive && options.deviceName === undefined
  if (mayAsk) {
    const text = 'May this computer run your backups by itself from now on, without your password?'
    if (!(await askYesNo(context, 'device', text, true))) return
  }
  await request(
    context,
    'devices.enrol',
    options.deviceName === undefined ? {} : { name: options.deviceName },
  )
  remark(context, 'This computer has its own key now. You can take it off your account at any time.')
}
