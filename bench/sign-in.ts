import { hash, verify } from '@node-rs/argon2'
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import os from 'node:os'
import { performance } from 'node:perf_hooks'
import { apiPrefix } from '../shared/routes.ts'
import { bearer, callApi } from '../test/fixtures/http-api.ts'
import { accountServer } from '../test/harness/account-server.ts'
import { startServer } from '../test/harness/server.ts'
import { median, table } from './measure.ts'

/** argon2id (the library's number for it) at 19 MiB, two passes, one lane, as the server hashes. */
const argon2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const inFlight = 8
const signInsPerRound = 300
const checksPerRound = 4000
const client = { name: 'bench', version: '0', platform: 'bench', hostName: 'bench' }
const password = 'bench only, nothing behind it'

/**
 * Complete sign-ins of an account without a second factor (each is one password hash) against the bare hash
 * rate of the same library in an idle process; then token checks, and what other requests feel meanwhile.
 */
export async function benchSignIn(rounds: number): Promise<string> {
  const hashRates: number[] = []
  const signInRates: number[] = []
  const checkRates: number[] = []
  const calm: number[] = []
  const busy: number[] = []
  const running = await startServer()
  try {
    const server = accountServer(running)
    const open = [
      'secondFactor=offered',
      'limits.signInsPerNetworkPerMinute=10000',
      'limits.requestsPerMinute=100000',
    ]
    await server.command('group', 'set-policy', 'Default', ...open.flatMap((setting) => ['--set', setting]))
    const made = (await server.command('user', 'add', 'bench')) as { oneTimePassword: string }
    const first = await callApi(server.address, 'signInStart', {
      loginName: 'bench',
      password: made.oneTimePassword,
      client,
    })
    const transaction = bearer(first.transactionToken)
    await callApi(server.address, 'signInChangePassword', { newPassword: password }, transaction)
    const session = await finish(server.address, first.transactionToken)

    const agent = new Agent({ keepAlive: true, maxSockets: 64 })
    const me = (): Promise<number> => getTimed(agent, `${server.address}${apiPrefix}/me`, session)
    for (let round = 0; round < rounds; round += 1) {
      hashRates.push(await bareHashRate())
      checkRates.push(await rate(checksPerRound, 16, async () => void (await me())))
      calm.push(...(await probe(me, 100)))
      const load = rate(signInsPerRound, inFlight, () => signIn(server.address))
      busy.push(...(await probe(me, 100)))
      signInRates.push(await load)
    }
    agent.destroy()
  } finally {
    await running.dispose()
  }
  const [bare, signIns] = [median(hashRates), median(signInRates)]
  const cores = os.availableParallelism()
  return table(
    ['what', 'figure'],
    [
      ['bare argon2id hashes a second', bare],
      ['sign-ins a second', signIns],
      ['sign-ins a second and core', signIns / cores],
      ['sign-ins ÷ bare hashes', signIns / bare],
      ['token checks a second', median(checkRates)],
      ['p99 of other requests, calm, ms', percentile(calm, 0.99)],
      ['p99 of other requests while sign-ins saturate, ms', percentile(busy, 0.99)],
      ['median of those, ms', median(busy)],
    ],
  )
}

async function bareHashRate(): Promise<number> {
  const stored = await hash(password, { ...argon2, salt: randomBytes(16) })
  return rate(signInsPerRound, inFlight, async () => void (await verify(stored, password)))
}

async function signIn(address: string): Promise<void> {
  const { transactionToken } = await callApi(address, 'signInStart', { loginName: 'bench', password, client })
  await finish(address, transactionToken)
}

/** Declines the offer of a second factor and returns the session's token. */
async function finish(address: string, transactionToken: string): Promise<string> {
  const { step } = await callApi(address, 'skipEnrolment', {}, bearer(transactionToken))
  if (step.kind !== 'signed-in') throw new Error(`expected to be signed in, got ${step.kind}`)
  return step.sessionToken
}

/** How often a second `work` ends, with so many under way. */
async function rate(count: number, concurrency: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return count / ((performance.now() - startedAt) / 1000)
}

/** Milliseconds of so many requests, one after another with pauses: what a person at a screen feels. */
async function probe(send: () => Promise<number>, count: number): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    times.push(await send())
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return times
}

function getTimed(agent: Agent, url: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt)
        else reject(new Error(`answered ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
}
