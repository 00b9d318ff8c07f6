import { Option, type Command } from 'commander'
import type { SecretStoreKind } from '../../shared/client-api.ts'
import { cancelTokenSchema } from '../../shared/model/recovery.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { parseSecretStore } from '../parse/secret-store.ts'
import { request } from '../request.ts'
import { connectServer, type ServerOptions } from '../sign-in/connect-server.ts'
import { ensureSecretStore } from '../sign-in/ensure-secret-store.ts'
import { walkSignIn } from '../sign-in/sign-in.ts'

interface RecoverAccountOptions extends ServerOptions {
  readonly user?: string
  readonly secretStore?: SecretStoreKind
  readonly saveBackupCodes?: string
}

export function addRecoverAccount(program: Command, host: Host): void {
  const recover = program
    .command('recover-account')
    .description('every second factor is lost: come back with the recovery phone, after a waiting time')
    .addOption(new Option('--server <address>', 'address of the server').env('HOLDFAST_SERVER'))
    .option('--allow-insecure', 'permit plain http to an address that is not this computer')
    .option('--ca-file <file>', 'certificate of the authority that the server’s certificate is from')
    .option('--user <name>', 'login name')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--secret-store <kind>', 'where secrets are kept: system or file', parseSecretStore)
    .option('--save-backup-codes <file>', 'write new backup codes to a new file instead of the screen')
    .action(host.run(recoverAccount))
  recover
    .command('status')
    .description('the recovery phone of the signed-in account, and a recovery that waits')
    .action(host.run(showRecovery))
  recover
    .command('cancel')
    .description('stop a recovery that is not yours')
    .argument('[token]', 'from the message about it; without one, that of the signed-in account')
    .action(host.run(cancelRecovery))
}

async function recoverAccount(context: CommandContext, options: RecoverAccountOptions): Promise<number> {
  await ensureSecretStore(context, options.secretStore)
  await connectServer(context, options)
  const last = await walkSignIn(context, { ...options, loginName: options.user, recover: true })
  if (last.kind === 'recovery-waiting') {
    const { endsAt, readyAt } = last
    result(context, { isWaiting: true, readyAt, endsAt }, () => [
      `The waiting time runs until ${formatInstant(readyAt)}.`,
      `Then run \`holdfast recover-account\` again, before ${formatInstant(endsAt)}, and register a new second factor.`,
      'If you find a second factor meanwhile, sign in with it: that stops the recovery.',
    ])
    return 0
  }
  if (last.kind !== 'signed-in') throw new Error(`Recovering ended in ${last.kind}.`)
  result(context, { isWaiting: false, isSignedIn: true, scope: last.scope }, () => [
    'You are signed in, with a new second factor. The old ones no longer work.',
    'Look at your computers with `holdfast devices` and take off what you do not know.',
  ])
  return 0
}

async function showRecovery(context: CommandContext): Promise<number> {
  const { recovery } = await request(context, 'recovery.get', {})
  const { isAllowed, pending, recoveryPhone } = recovery
  result(context, { recovery }, () => [
    isAllowed ? 'Recovery by phone is allowed.' : 'Recovery by phone is not allowed for this account.',
    recoveryPhone === null
      ? 'No recovery phone is registered.'
      : `The recovery phone is ${recoveryPhone.maskedDestination}.`,
    ...(pending === null
      ? ['No recovery waits.']
      : [
          `A recovery was begun ${formatInstant(pending.startedAt)} from ${printable(pending.address)} (${printable(pending.clientName)}).`,
          `From ${formatInstant(pending.readyAt)} on it can replace all second factors. Stop it: \`holdfast recover-account cancel\`.`,
        ]),
  ])
  return 0
}

async function cancelRecovery(context: CommandContext, token: string | undefined): Promise<number> {
  if (token !== undefined && !cancelTokenSchema.safeParse(token).success) {
    throw new AppError('INPUT_INVALID', 'This is not a token of such a message.', {
      details: { paths: ['token'] },
    })
  }
  const { wasWaiting } = await (token === undefined
    ? request(context, 'recovery.cancel', {})
    : request(context, 'recovery.cancelByToken', { cancelToken: token }))
  result(context, { wasWaiting }, () => [
    wasWaiting
      ? 'The recovery is stopped. Now change the password: somebody knows it.'
      : 'There was nothing to stop.',
  ])
  return 0
}
