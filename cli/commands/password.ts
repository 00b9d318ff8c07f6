import { Option, type Command } from 'commander'
import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request, requestOnly } from '../request.ts'
import { askNewPassword } from '../sign-in/change-password.ts'
import { connectServer, type ServerOptions } from '../sign-in/connect-server.ts'
import { walkSteps } from '../sign-in/walk-steps.ts'

interface ForgotOptions extends ServerOptions {
  readonly haveCode?: boolean
}

export function addPassword(program: Command, host: Host): void {
  const password = program
    .command('password')
    .description('change the password; asks for your second factor')
    .action(
      host.run(async (context) => {
        const currentPassword = await ask(context, 'password', { text: 'Current password: ', isSecret: true })
        const newPassword = await askNewPassword(context)
        await request(context, 'account.changePassword', { currentPassword, newPassword })
        result(context, { isChanged: true }, () => ['The password is changed. Scheduled backups go on.'])
        return 0
      }),
    )
  password
    .command('forgot')
    .description('replace a forgotten password: a code by mail, your second factor, a new password')
    .argument('[account]', 'login name or mail address')
    .addOption(new Option('--server <address>', 'address of the server').env('HOLDFAST_SERVER'))
    .option('--allow-insecure', 'permit plain http to an address that is not this computer')
    .option('--ca-file <file>', 'certificate of the authority that the server’s certificate is from')
    .option('--have-code', 'ask for no mail: its code is there already')
    .action(host.run(forgot))
}

async function forgot(
  context: CommandContext,
  account: string | undefined,
  options: ForgotOptions,
): Promise<number> {
  await connectServer(context, options)
  if (options.haveCode !== true) {
    const named = account ?? (await ask(context, 'account', { text: 'Login name or mail address: ' })).trim()
    await requestOnly(context, 'password.forgot', { account: named })
    remark(
      context,
      'If there is such an account with a proven mail address, a code is on its way there. Else ask your administrator.',
    )
  }
  const resetCode = await ask(context, 'code of the mail', { text: 'Code of the mail: ', isSecret: true })
  const { step } = await requestOnly(context, 'password.startReset', { resetCode: resetCode.trim() })
  const last = await walkSteps(context, step, { saveBackupCodes: undefined, isForgotten: true })
  if (last.kind !== 'password-changed') throw new Error(`Replacing the password ended in ${last.kind}.`)
  result(context, { isChanged: true }, () => [
    'The password is replaced, and everything that was signed in is not any more. Sign in: `holdfast login`.',
  ])
  return 0
}
