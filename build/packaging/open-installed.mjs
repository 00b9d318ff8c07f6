// Starts an installed Holdfast, asks its window over Chromium's debugging port how it is, and ends it.
//
//   node open-installed.mjs PROGRAM PROFILE
import { spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

const [program, home] = process.argv.slice(2)
const env = { ...process.env, HOLDFAST_HOME: home }
delete env.HOLDFAST_RESTIC
const child = spawn(program, ['--no-sandbox', '--remote-debugging-port=0'], {
  env,
  stdio: ['ignore', 'ignore', 'pipe'],
})
const ended = new Promise((resolve) => child.on('exit', resolve))
try {
  const port = await debuggingPort()
  const page = await until(async () => {
    const pages = await (await fetch(`http://127.0.0.1:${port}/json`)).json()
    return pages.find((each) => each.type === 'page' && each.url.startsWith('app://holdfast/'))
  })
  const evaluate = await attach(page.webSocketDebuggerUrl)
  await until(() => evaluate('document.querySelector("button") !== null'))
  const told = await evaluate(`window.holdfast.request('app.status', {}).then((reply) =>
    document.title + ' · engine ' + reply.value.engine.path + ' · secrets ' + reply.value.secretStore.state)`)
  console.log(`${page.url} ${told}`)
} finally {
  child.kill('SIGTERM')
}
const code = await ended
if (code !== 0) throw new Error(`It ended with ${code} when it was told to.`)

function debuggingPort() {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk) => {
      text += chunk
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text)
      if (found !== null) resolve(found[1])
    })
    child.on('exit', (status) => reject(new Error(`It ended with ${status}: ${text.slice(-1500)}`)))
  })
}

async function attach(address) {
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('The window’s debugging port refused.')))
  })
  let lastId = 0
  return (expression) => {
    lastId += 1
    const id = lastId
    const answered = new Promise((resolve) => {
      const hear = ({ data }) => {
        const message = JSON.parse(data)
        if (message.id !== id) return
        socket.removeEventListener('message', hear)
        // A page that is just being loaded loses what it was asked.
        resolve(message.result?.result.value)
      }
      socket.addEventListener('message', hear)
    })
    const params = { expression, awaitPromise: true, returnByValue: true }
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
    return answered
  }
}

async function until(look) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look()
    if (found) return found
    await wait(200)
  }
  throw new Error('The window did not come up within 30 seconds.')
}
