import v8 from 'node:v8'
import { processIo } from './command/io.ts'
import { runServerCommand } from './command/run.ts'

// Every received chunk counts as garbage outside the heap, and V8 would run a full collection for each 28 MB of
// upload: with this, uploads cost a quarter less CPU and the process stays at its 220 MB (bench/storage.ts).
v8.setFlagsFromString('--heap-growing-percent=900')
// What this process writes, the database included, is for its own account only.
process.umask(0o077)
process.exitCode = await runServerCommand(process.argv.slice(2), processIo())
