// The server of `npm start`: an ordinary holdfast-server on loopback whose text messages go to a folder.
import { spawn } from 'node:child_process'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { capture } from './child.mjs'
import { root } from './dependencies.mjs'

const program = path.join(root, 'dist', 'holdfast-server.mjs')
const userName = 'try'
/** Numbers of the form 555-01xx are kept for fiction: it belongs to nobody. */
const phoneNumber = '+1 202 555 0123'
const usualPort = 8443

export async function startTrialServer(folder, environment) {
  const data = path.join(folder, 'server')
  await mkdir(data, { recursive: true, mode: 0o700 })
  await writeFirstConfig(data)
  const logFile = path.join(folder, 'server.log')
  const log = await open(logFile, 'a', 0o600)
  // In a process group of its own: Ctrl-C that stops a backup in the client must not stop the server.
  const child = spawn(process.execPath, [program, 'start', '--data', data, '--json'], {
    env: environment,
    stdio: ['ignore', 'pipe', log.fd],
    detached: true,
  })
  let code
  const ended = new Promise((resolve) => {
    child.on('close', (exitCode) => {
      code = exitCode
      resolve()
    })
  })
  await log.close()
  const listening = await firstEvent(child, ended)
  if (listening === undefined) throw new Error(`The server did not start. ${await lastLines(logFile)}`)
  const stop = async () => {
    if (code === undefined) child.kill('SIGTERM')
    await ended
  }
  const administrator = listening.firstAdministrator?.oneTimePassword
  const user = await addUser(data, environment).catch(async (error) => {
    await stop()
    throw error
  })
  return {
    address: listening.address,
    folder: data,
    outboxFolder: path.join(data, 'outbox'),
    userName,
    phoneNumber,
    firstAccounts: user === undefined ? undefined : { administrator, user },
    ended,
    hasFailed: () => code !== 0,
    stop,
  }
}

/** The port is chosen once, because the client remembers the address. */
async function writeFirstConfig(data) {
  const port = await freePort()
  const config = {
    name: 'Holdfast to try out',
    environment: 'trial',
    listen: { host: '127.0.0.1', port },
    // Browsers take localhost for secure, so that passkeys can be tried out too.
    publicAddress: `http://localhost:${port}`,
    sms: { provider: 'outbox' },
  }
  const text = `${JSON.stringify(config, undefined, 2)}\n`
  await writeFile(path.join(data, 'holdfast.json'), text, { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}

async function freePort() {
  for (const port of [usualPort, 0]) {
    const found = await new Promise((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(undefined))
      probe.listen(port, '127.0.0.1', () => {
        const { port: given } = probe.address()
        probe.close(() => resolve(given))
      })
    })
    if (found !== undefined) return found
  }
  throw new Error('There is no free port on 127.0.0.1.')
}

async function firstEvent(child, ended) {
  const lines = createInterface({ input: child.stdout })
  const line = new Promise((resolve) => lines.once('line', resolve))
  const first = await Promise.race([line, ended])
  return first === undefined ? undefined : JSON.parse(first)
}

/** Returns the one-time password, or undefined when the user is there already. */
async function addUser(data, environment) {
  const admin = (...args) =>
    capture(process.execPath, [program, 'user', ...args, '--data', data, '--json'], { env: environment })
  const list = await admin('list')
  if (list.code !== 0) throw new Error(`The accounts cannot be read: ${list.output}`)
  const { users } = JSON.parse(list.stdout)
  if (users.some((each) => each.loginName === userName)) return undefined
  const added = await admin(
    'add',
    userName,
    '--display-name',
    'Somebody who tries it out',
    '--phone',
    phoneNumber,
  )
  if (added.code !== 0) throw new Error(`The account ${userName} could not be made: ${added.output}`)
  return JSON.parse(added.stdout).oneTimePassword
}

async function lastLines(file) {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.trimEnd().split('\n').slice(-5)
  return `The end of ${file}:\n${lines.join('\n')}`
}
