// Try Holdfast out: starts a server on this computer, makes the accounts to try it with, and opens the client.
//
//   npm start                                   data in .data/
//   HOLDFAST_DEMO_DATA=/somewhere npm start     data there
import path from 'node:path'
import process from 'node:process'
import { root } from './dependencies.mjs'
import { onPinnedNode, pinnedEnvironment } from './pinned-node.mjs'
import { clientPrompt } from './client-prompt.mjs'
import { openInterface } from './open-interface.mjs'
import { onOrphaned } from './orphaned.mjs'
import { giveUp, say } from './say.mjs'
import { setup } from './setup.mjs'
import { showMessages } from './show-messages.mjs'
import { startTrialServer } from './trial-server.mjs'

await onPinnedNode(import.meta.url)
const products = await setup()
const folder = path.resolve(
  process.env.INIT_CWD ?? process.cwd(),
  process.env.HOLDFAST_DEMO_DATA ?? path.join(root, '.data'),
)

// From here on Ctrl-C ends what was started, in order.
const stopAsked = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve)
  onOrphaned(resolve)
})
say(`starting the server (data in ${folder})`)
const environment = pinnedEnvironment(products)
const server = await startTrialServer(folder, environment).catch((error) => giveUp(error.message))
const clientEnvironment = {
  ...environment,
  HOLDFAST_HOME: path.join(folder, 'client'),
  HOLDFAST_SERVER: server.address,
}
const messages = await showMessages(server.outboxFolder)
const shown = await openInterface(clientEnvironment)
for (const line of introduction()) console.log(line)

try {
  const ended = [stopAsked, server.ended]
  if (process.stdin.isTTY) ended.push(clientPrompt(clientEnvironment))
  await Promise.race(ended)
} finally {
  messages.stop()
  await shown.stop()
  say('stopping the server')
  await server.stop()
}
process.exit(server.hasFailed() ? 1 : 0)

function introduction() {
  return [
    '',
    `Holdfast is running at ${server.address}. Everything is in ${folder}; remove that folder to start afresh.`,
    '',
    ...accountLines(),
    ...shown.lines,
    `Text messages are not sent: they appear here, and as files in ${server.outboxFolder}.`,
    '',
    ...(process.stdin.isTTY ? promptLines() : scriptLines()),
  ]
}

function accountLines() {
  const { administrator, user } = server.firstAccounts ?? {}
  if (user === undefined) {
    return [
      `The accounts of the first start are there: "${server.userName}" backs up, "admin" administers.`,
      'Forgotten the password? npm run holdfast-server -- user reset-password ' +
        `${server.userName} --data ${server.folder}`,
      '',
    ]
  }
  return [
    'Sign in the first time with a password that works once; you then choose your own:',
    `  back up and restore   login name ${server.userName}, password ${user}`,
    `  administer            login name admin, password ${administrator}`,
    `  ${server.userName} has a telephone (${server.phoneNumber}) that gets passcodes.`,
    '',
  ]
}

function promptLines() {
  return [
    'Begin with `login`, then `sets add`, `backup`, `status`, `snapshots`, `restore`.',
    '`help` shows all commands, `exit` or Ctrl-C stops everything.',
    '',
  ]
}

function scriptLines() {
  const variables = ['HOLDFAST_HOME', 'HOLDFAST_SERVER'].map((name) => `${name}=${clientEnvironment[name]}`)
  return [
    'This is no terminal, so here is how to use the client from another one:',
    `  export ${variables.join(' ')}`,
    '  npm run holdfast -- login',
    '  npm run holdfast -- help',
    'The server runs until this process is told to end.',
    '',
  ]
}
