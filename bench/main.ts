import { parseArgs } from 'node:util'
import os from 'node:os'
import { benchClient } from './client.ts'
import { fetchPeers } from './peers.ts'
import { benchSignIn } from './sign-in.ts'
import { benchStorage } from './storage.ts'
import { benchWindow } from './window.ts'

const usage = `npm run bench [-- storage|client|sign-in|window …] [-- --megabytes N] [-- --rounds N] [-- --restic PATH]

storage   restic through Holdfast, through rest-server and to a local folder
client    holdfast backup against bare restic on the same repository
sign-in   sign-ins a second against the bare hash rate; token checks; other requests meanwhile
window    the desktop window until somebody can type, and its weight, against an empty Electron window`

const { values, positionals } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '600' },
    rounds: { type: 'string', default: '5' },
    restic: { type: 'string', default: process.env['HOLDFAST_RESTIC'] ?? 'restic' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const rounds = Number(values.rounds)
const bytes = Number(values.megabytes) * 1e6
const benchmarks: Record<string, () => Promise<string>> = {
  storage: async () => `${fetchPeers().join('\n')}\n\n${await benchStorage(values.restic, bytes, rounds)}`,
  client: () => benchClient(values.restic, bytes, rounds),
  'sign-in': () => benchSignIn(rounds),
  window: () => benchWindow(rounds),
}

const wanted = positionals.length === 0 ? Object.keys(benchmarks) : positionals
if (values.help || wanted.some((name) => !(name in benchmarks))) {
  process.stdout.write(`${usage}\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  const [cpu] = os.cpus()
  process.stdout.write(
    `${os.cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}, ${values.restic}\n`,
  )
  for (const name of wanted) {
    process.stdout.write(`\n## ${name}\n\n`)
    process.stdout.write(`${(await benchmarks[name]?.()) ?? ''}\n`)
  }
}
