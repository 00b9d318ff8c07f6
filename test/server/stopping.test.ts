import { createHash, randomBytes } from 'node:crypto'
import { request, type ClientRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { deviceLease, makeAccount, makeSet } from '../fixtures/account.ts'
import { leaseAuthorization } from '../fixtures/http-api.ts'
import { accountServer } from '../harness/account-server.ts'
import { startInsideServer } from '../harness/inside-server.ts'
import { runCommand, startServer } from '../harness/server.ts'

/** An upload of which the first half was sent. */
interface HalfUpload {
  readonly request: ClientRequest
  readonly status: Promise<number>
  readonly rest: Buffer
}

async function beginUpload(
  address: string,
  lease: { readonly id: string; readonly secret: string; readonly repositoryPath: string },
): Promise<HalfUpload> {
  const body = randomBytes(200_000)
  const name = createHash('sha256').update(body).digest('hex')
  const upload = request(`${address}${lease.repositoryPath}data/${name}`, {
    method: 'POST',
    headers: { authorization: leaseAuthorization(lease) ?? '', 'content-length': body.length },
  })
  const status = new Promise<number>((resolve, reject) => {
    upload.once('error', reject)
    upload.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
  status.catch(() => undefined)
  const half = body.subarray(0, 100_000)
  await new Promise<void>((resolve) =>
    upload.write(half, () => {
      resolve()
    }),
  )
  // Written is not received: the server must have taken the request before it is asked to stop.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return { request: upload, status, rest: body.subarray(100_000) }
}

describe('a server that is asked to stop', () => {
  it('lets an upload end, takes no new connection, and exits with 0', async () => {
    const server = await startServer()
    try {
      const accounts = accountServer(server)
      const account = await makeAccount(accounts, 'anna', '+4915123456789')
      const set = await makeSet(accounts, account, { name: 'Documents', sources: ['/home'] })
      const upload = await beginUpload(server.address, await deviceLease(accounts, account, set.id))
      const exit = server.stop('SIGINT')
      await expect
        .poll(() =>
          fetch(`${server.address}/health/live`).then(
            () => 'answers',
            () => 'refused',
          ),
        )
        .toBe('refused')
      upload.request.end(upload.rest)
      expect(await upload.status).toBe(200)
      expect(await exit).toBe(0)
      expect(server.output()).toContain('The server has stopped.')
    } finally {
      await server.dispose()
    }
  })

  it('cuts what has not ended by its deadline, and nothing of it is visible', async () => {
    const inside = await startInsideServer()
    const account = await makeAccount(inside, 'anna', '+4915123456789')
    const set = await makeSet(inside, account, { name: 'Documents', sources: ['/home'] })
    const upload = await beginUpload(inside.address, await deviceLease(inside, account, set.id))
    await inside.server.stop(300)
    await expect(upload.status).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/)
    expect(inside.dump()['objects']).toEqual([])
    await inside.dispose()
  })

  it('stops once, however often it is asked', async () => {
    const inside = await startInsideServer()
    await Promise.all([inside.server.stop(1000), inside.server.stop(1000)])
    await inside.dispose()
    expect(inside.log()).not.toContain('"level":"error"')
  })
})

describe('a data folder', () => {
  it('belongs to one server at a time, and is free again after SIGKILL', async () => {
    const server = await startServer()
    try {
      const second = await runCommand(['start', '--data', server.dataFolder, '--port', '0', '--json'])
      expect([second.exitCode, JSON.parse(second.stderr)]).toEqual([
        42,
        expect.objectContaining({ code: 'PROFILE_IN_USE' }),
      ])
      await server.kill()
      await server.restart()
      expect((await fetch(`${server.address}/health/ready`)).status).toBe(200)
    } finally {
      await server.dispose()
    }
  })
})
