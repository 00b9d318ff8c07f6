import type { Command } from 'commander'
import { openServer, type OpenServer } from '../app.ts'
import { ensureConfig, readConfig } from '../config-file.ts'
import type { ServerConfig } from '../config.ts'
import { createLog } from '../logging/log.ts'
import { common, dataFolderOf, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { portNumber } from './options.ts'

/** Running requests get this long to end; then they are cut, and restic tries again elsewhere or later. */
const stopDeadlineMs = 20_000

interface StartOptions extends CommonOptions {
  readonly host?: string
  readonly port?: number
}

export function addStart(program: Command, io: CommandIo): void {
  common(
    program
      .command('start')
      .description('Run the server until it is told to stop (SIGTERM, SIGINT)')
      .option('--host <address>', 'address to listen on, instead of the configuration’s')
      .option(
        '--port <number>',
        'port to listen on, instead of the configuration’s; 0 = any free one',
        portNumber,
      ),
    'start',
    'start --data /srv/holdfast',
    'start --port 0 --json',
  )
    .addHelpText(
      'after',
      `
The first start makes holdfast.json and the administrator "admin", whose one-time password is shown once.
The log goes to standard error.`,
    )
    .action((options: StartOptions) => start(options, io))
}

async function start(options: StartOptions, io: CommandIo): Promise<void> {
  const dataFolder = dataFolderOf(options, io)
  ensureConfig(dataFolder)
  const config = listening(readConfig(dataFolder, io.environment), options)
  const log = createLog(config.logLevel)
  const server = await openServer(config, dataFolder, log, { clock: io.clock })
  const stopAsked = new Promise<void>((resolve) => {
    io.onStop(resolve)
  })
  try {
    const address = await server.listen()
    announceStart(io, options, server, address, dataFolder)
    log.info({ address, dataFolder }, 'The server is listening.')
    await stopAsked
    log.info({}, 'The server is stopping.')
  } finally {
    await server.stop(stopDeadlineMs)
  }
  log.info({}, 'The server has stopped.')
}

function listening(config: ServerConfig, { host, port }: StartOptions): ServerConfig {
  const listen = { host: host ?? config.listen.host, port: port ?? config.listen.port }
  return { ...config, listen }
}

function announceStart(
  io: CommandIo,
  options: StartOptions,
  { firstAdministrator }: OpenServer,
  address: string,
  dataFolder: string,
): void {
  if (options.json === true) {
    io.out(`${JSON.stringify({ event: 'listening', address, dataFolder, firstAdministrator })}\n`)
    return
  }
  if (firstAdministrator !== null) {
    io.out(
      [
        'An administrator was made. This password works until the first sign-in and is not shown again:',
        `  login name:         ${firstAdministrator.loginName}`,
        `  one-time password:  ${firstAdministrator.oneTimePassword}`,
        `  valid until:        ${firstAdministrator.expiresAt}`,
        '',
        '',
      ].join('\n'),
    )
  }
  io.out(`Holdfast listens on ${address} (data in ${dataFolder}).\n`)
}
