import type { Command } from 'commander'
import { readConfig } from '../config-file.ts'
import { createLog } from '../logging/log.ts'
import { scrub } from '../storage/scrub.ts'
import { openConfiguredStore } from '../store/configured.ts'
import { answer, common, dataFolderOf, withServer, type CommonOptions } from './context.ts'
import { examine, objectsOf, type Finding } from './doctor-checks.ts'
import type { CommandIo } from './io.ts'
import { FaultsFound } from './faults-found.ts'
import { sizeText, table } from './table.ts'

interface DoctorOptions extends CommonOptions {
  readonly scrub?: boolean
}

export function addDoctor(program: Command, io: CommandIo): void {
  common(
    program
      .command('doctor')
      .description('Look for what is wrong with this server; exit code 3 when there are faults')
      .option('--scrub', 'read every stored object again and compare its hash; takes long'),
    'doctor',
    'doctor --scrub --json',
  ).action((options: DoctorOptions) => doctor(options, io))
}

async function doctor(options: DoctorOptions, io: CommandIo): Promise<void> {
  const dataFolder = dataFolderOf(options, io)
  const config = readConfig(dataFolder, io.environment)
  // Opened without migrating: what is wrong shall be found, not changed.
  const store = openConfiguredStore(config, dataFolder)
  let findings: Finding[]
  try {
    findings = await examine({ config, dataFolder, store, clock: io.clock })
  } finally {
    await store.close()
  }
  if (options.scrub === true) findings.push(await scrubbed(options, io))
  const rows = findings.map(({ check, state, detail }) => [check, state, detail])
  answer(io, options, { findings }, table(['CHECK', 'STATE', 'WHAT WAS FOUND'], rows))
  if (findings.some(({ state }) => state === 'fault')) throw new FaultsFound()
}

async function scrubbed(options: DoctorOptions, io: CommandIo): Promise<Finding> {
  return await withServer(options, io, async (deps) => {
    const objects = await objectsOf(deps.dataFolder)
    const report = await scrub({ ...deps, log: createLog('error'), objects })
    const amount = `${report.objectCount} objects, ${sizeText(report.sizeBytes)}`
    if (report.rot.length === 0)
      return { check: 'scrub', state: 'ok', detail: `${amount} read, all as stored` }
    const named = report.rot.map((each) => `${each.repositoryId}/${each.type}/${each.name} ${each.problem}`)
    return { check: 'scrub', state: 'fault', detail: `${amount} read; damaged: ${named.join(', ')}` }
  })
}
