import { processIo } from './command/io.ts'
import { runServerCommand } from './command/run.ts'

// What this process writes, the database included, is for its own account only.
process.umask(0o077)
process.exitCode = await runServerCommand(process.argv.slice(2), processIo())
