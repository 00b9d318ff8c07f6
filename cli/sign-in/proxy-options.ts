import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { ProxyChoice } from '../../shared/model/proxy.ts'
import { ask } from '../ask.ts'
import type { CommandContext } from '../context.ts'

export interface ProxyOptions {
  /** `system`, `none` or a proxy's address. */
  readonly proxy?: string
  readonly proxyUser?: string
  readonly proxyExcept?: string
}

export function withProxyOptions(command: Command): Command {
  return command
    .option('--proxy <address>', 'way to the server: a proxy’s address, `system` or `none`')
    .option(
      '--proxy-user <name>',
      'login name at the proxy; its password is asked for, on stdin before yours',
    )
    .option('--proxy-except <list>', 'names, addresses or networks to reach without the proxy, with commas')
}

/** What the flags say of the way to the server; undefined leaves it as it is. The password is never a flag. */
export async function proxyChoice(
  context: CommandContext,
  options: ProxyOptions,
): Promise<ProxyChoice | undefined> {
  const { proxy, proxyUser, proxyExcept } = options
  if (proxy === undefined || proxy === 'system' || proxy === 'none') {
    if (proxyUser !== undefined || proxyExcept !== undefined) {
      throw new AppError('INPUT_INVALID', '--proxy-user and --proxy-except go with the address of a --proxy.')
    }
    return proxy === undefined ? undefined : { kind: proxy }
  }
  const choice = {
    kind: 'manual' as const,
    address: proxy,
    loginName: proxyUser ?? null,
    exceptions: (proxyExcept ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  }
  if (proxyUser === undefined) return choice
  return {
    ...choice,
    password: await ask(context, 'proxy password', { text: 'Password of the proxy: ', isSecret: true }),
  }
}
