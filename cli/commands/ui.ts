import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../../core/profile/system-error.ts'
import type { CommandContext } from '../context.ts'
import type { Host } from '../host.ts'
import type { RemoteAccess } from '../page/page-options.ts'
import { startPage } from '../page/start-page.ts'
import { parsePort } from '../parse/number.ts'

interface UiOptions {
  readonly port?: string
  readonly listen?: string
  readonly hostName?: string
  readonly certificate?: string
  readonly privateKey?: string
}

export function addUi(program: Command, host: Host): void {
  program
    .command('ui')
    .description('show the same interface as the desktop program in a browser')
    .option('--port <port>', 'listen there (else at any free port)')
    .option('--listen <address>', 'let other computers in at this address; needs the next three')
    .option('--host-name <name>', 'the name in the certificate, the only one that is answered')
    .option('--certificate <file>', 'TLS certificate in PEM')
    .option('--private-key <file>', 'its private key in PEM')
    .action(
      host.run(async (context: CommandContext, options: UiOptions) => {
        const remote = await remoteOf(options)
        const page = await startPage({
          client: { api: context.api },
          rendererFolder: host.surroundings.rendererFolder,
          port: options.port === undefined ? 0 : parsePort(options.port),
          clock: context.clock,
          ...(remote === undefined ? {} : { remote }),
          onUnexpected: (error) => host.surroundings.onUnexpected(error),
        })
        context.terminal.out(context.manner.isJson ? JSON.stringify({ url: page.url }) : page.url)
        if (!context.manner.isQuiet && !context.manner.isJson) {
          context.terminal.remark('Open that in a browser; it works once, for ten minutes. Ctrl-C ends it.')
        }
        await new Promise<void>((resolve) => context.onInterrupt(resolve))
        await page.stop()
        return 0
      }),
    )
}

/** All four or none: another computer is never let in without TLS. */
async function remoteOf(options: UiOptions): Promise<RemoteAccess | undefined> {
  const { listen, hostName, certificate, privateKey } = options
  const given = [listen, hostName, certificate, privateKey].filter((each) => each !== undefined)
  if (given.length === 0) return undefined
  if (
    listen === undefined ||
    hostName === undefined ||
    certificate === undefined ||
    privateKey === undefined
  ) {
    throw new AppError(
      'INPUT_INVALID',
      'Other computers are let in only with --listen, --host-name, --certificate and --private-key together.',
    )
  }
  return {
    listenAddress: listen,
    hostName,
    certificate: await textOf(certificate),
    privateKey: await textOf(privateKey),
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new AppError('INPUT_INVALID', `${path} cannot be read (${codeOf(error)}).`, {
      cause: error,
      details: { path },
    })
  }
}
