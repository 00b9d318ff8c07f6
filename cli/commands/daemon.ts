import type { Command } from 'commander'
import { Option } from 'commander'
import { clientEvents, type ClientEvent } from '../../shared/client-api.ts'
import type { CommandContext } from '../context.ts'
import type { GlobalOptions, Host } from '../host.ts'
import type { OwnerClient } from '../../core/attach/open.ts'
import { runSummary } from '../run-summary.ts'
import { serviceDefinition, serviceKinds, type ServiceKind } from '../service/service-definition.ts'

interface DaemonOptions {
  readonly foreground?: boolean
  readonly printService?: ServiceKind | true
}

export function addDaemon(program: Command, host: Host): void {
  program
    .command('daemon')
    .description('run the schedules of this computer until it is told to end')
    .option('--foreground', 'stay attached to this terminal; what services want')
    .addOption(
      new Option('--print-service [kind]', 'print a service definition instead').choices(serviceKinds),
    )
    .action(async (options: DaemonOptions) => {
      const { surroundings } = host
      const home = (): string | undefined => program.opts<GlobalOptions>().home
      if (options.printService !== undefined) {
        const kind = options.printService === true ? surroundings.service.kind : options.printService
        surroundings.terminal.out(serviceDefinition(kind, surroundings.service.command(home())))
      } else if (options.foreground === true) {
        await host.runAsOwner(serve)()
      } else {
        const pid = await surroundings.startDaemon(home())
        surroundings.terminal.out(`The schedules run in process ${pid}.`)
      }
    })
}

async function serve(context: CommandContext, owner: OwnerClient): Promise<number> {
  const stops = tellEvents(context)
  const scheduler = owner.startScheduler()
  const status = await context.api.request('app.status', {})
  if (status.ok && !context.manner.isJson) {
    context.terminal.remark(`Running the schedules of ${status.value.profilePath}. Ctrl-C ends it.`)
  }
  await new Promise<void>((resolve) => context.onInterrupt(resolve))
  if (!context.manner.isQuiet) context.terminal.remark('Ending …')
  await scheduler.stop()
  for (const stop of stops) stop()
  return 0
}

function tellEvents(context: CommandContext): (() => void)[] {
  const { api, terminal, manner } = context
  if (manner.isJson) {
    const names = Object.keys(clientEvents) as ClientEvent[]
    return names.map((event) =>
      api.on(event, (payload) => terminal.out(JSON.stringify({ event, ...payload }))),
    )
  }
  return [
    api.on('run.ended', ({ run }) => {
      for (const line of runSummary(run, terminal.paint)) terminal.out(line)
    }),
  ]
}
