import { toString as qrToString } from 'qrcode'
import { authenticatorNames, authenticatorStores } from '../../shared/authenticator-apps.ts'
import type { AuthenticatorApp, ClientStep } from '../../shared/model/sign-in.ts'
import type { CommandContext } from '../context.ts'
import { printable } from '../format/width.ts'
import { enterCode } from './enter-code.ts'
import type { OpenStep } from './walk-steps.ts'

/**
 * Shows what an authenticator app needs and asks for its first code. The key is a secret, so it goes to the
 * person's side of the terminal and never into a result that may be piped to a file.
 */
export async function pairAuthenticator(
  context: CommandContext,
  step: Extract<OpenStep, { kind: 'pair-authenticator' }>,
): Promise<ClientStep> {
  const { terminal } = context
  if (terminal.isInteractive) {
    const code = await qrToString(step.otpauthUri, { type: 'utf8', errorCorrectionLevel: 'L' })
    terminal.remark(`Scan this with ${appName(step.app)}:`)
    for (const line of code.split('\n')) terminal.remark(line)
    terminal.remark('or type this key into it:')
  }
  for (const address of authenticatorStores[step.app.preset]) terminal.remark(`  ${address}`)
  terminal.remark(`  account ${printable(step.accountName)}, issuer ${printable(step.issuer)}, time-based`)
  terminal.remark(`  key ${inGroups(step.secretBase32)}`)
  return enterCode(context, step.challenge, false)
}

function appName({ name, preset }: AuthenticatorApp): string {
  return printable(authenticatorNames[preset] ?? name ?? 'your authenticator app')
}

function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret
}
