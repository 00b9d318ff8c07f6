import process from 'node:process'
import { runCommandLine } from './cli.ts'
import { realSurroundings } from './surroundings.ts'

const surroundings = realSurroundings()
process.exitCode = await runCommandLine(process.argv.slice(2), surroundings)
surroundings.terminal.close()
