import { processIo } from './command/io.ts'
import { runServerCommand } from './command/run.ts'

process.exitCode = await runServerCommand(process.argv.slice(2), processIo())
