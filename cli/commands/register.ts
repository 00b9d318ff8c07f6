import { Option, type Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { requestOnly } from '../request.ts'
import { untilFit } from '../sign-in/change-password.ts'
import { connectServer, type ServerOptions } from '../sign-in/connect-server.ts'
import { withProxyOptions } from '../sign-in/proxy-options.ts'

interface RegisterOptions extends ServerOptions {
  readonly name?: string
  readonly haveCode?: boolean
}

export function addRegister(program: Command, host: Host): void {
  withProxyOptions(program.command('register'))
    .description('register an account on trial, where the server offers it: a code by mail, a password')
    .argument('[email]', 'your mail address, which becomes the login name')
    .addOption(new Option('--server <address>', 'address of the server').env('HOLDFAST_SERVER'))
    .option('--allow-insecure', 'permit plain http to an address that is not this computer')
    .option('--ca-file <file>', 'certificate of the authority that the server’s certificate is from')
    .option('--name <text>', 'your name as people read it; else the mail address')
    .option('--have-code', 'ask for no mail: its code is there already')
    .action(host.run(register))
}

async function register(
  context: CommandContext,
  named: string | undefined,
  options: RegisterOptions,
): Promise<number> {
  await connectServer(context, options)
  const { offer } = await requestOnly(context, 'trial.offer', {})
  if (offer === null) throw new AppError('NOT_ALLOWED', 'This server offers no accounts on trial.')
  const email = (named ?? (await ask(context, 'mail address', { text: 'Mail address: ' }))).trim()
  if (options.haveCode !== true) {
    const invitation = offer.needsInvitation
      ? { invitationCode: await ask(context, 'invitation', { text: 'Invitation code: ', isSecret: true }) }
      : {}
    await requestOnly(context, 'trial.ask', { email, ...invitation })
    remark(
      context,
      'If this address may be registered, a code is on its way there; it works for an hour. Where there is an account already, the mail says so.',
    )
  }
  const code = await ask(context, 'code of the mail', { text: 'Code of the mail: ', isSecret: true })
  const name = options.name === undefined ? {} : { displayName: options.name }
  remark(context, 'Choose a password: at least 8 characters, 15 are better.')
  const made = await untilFit(
    context,
    async (newPassword) =>
      await context.api.request('trial.register', { email, code: code.trim(), newPassword, ...name }),
  )
  result(context, { isRegistered: true, ...made }, () => [
    `${printable(made.loginName)} is registered until ${formatInstant(made.expiresAt)}.`,
    'Sign in, and set up your second factor: `holdfast login`.',
  ])
  return 0
}
