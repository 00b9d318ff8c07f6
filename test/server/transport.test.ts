import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, startServer, type CommandResult } from '../harness/server.ts'

const run = promisify(execFile)
let work: string

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'holdfast-tls-'))
})

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
})

async function certificate(name: string): Promise<{ certificateFile: string; keyFile: string }> {
  const files = { certificateFile: path.join(work, `${name}.pem`), keyFile: path.join(work, `${name}.key`) }
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ')
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const out = ['-keyout', files.keyFile, '-out', files.certificateFile]
  await run('openssl', ['req', '-x509', ...key, '-days', '2', ...subject, ...out])
  return files
}

/** Starts on a configuration that should be refused; one that is not is stopped by its own deadline. */
async function refusedStart(config: unknown, environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const folder = await mkdtemp(path.join(work, 'refused-'))
  const text = typeof config === 'string' ? config : JSON.stringify(config)
  await writeFile(path.join(folder, 'holdfast.json'), text)
  return await runCommand(['start', '--data', folder, '--json'], { ...process.env, ...environment })
}

function get(url: string, ca: string): Promise<{ status: number; hsts: string | undefined }> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ca }, (response) => {
        response.resume()
        response.once('end', () => {
          const hsts = response.headers['strict-transport-security']
          resolve({ status: response.statusCode ?? 0, hsts })
        })
      })
      .once('error', reject)
  })
}

describe('a server with a certificate', () => {
  it('speaks TLS from 1.2 on, tells browsers to insist on it, and no plain HTTP', async () => {
    const tls = await certificate('good')
    const server = await startServer({ config: { tls } })
    try {
      expect(server.address).toMatch(/^https:/)
      const ca = await readFile(tls.certificateFile, 'utf8')
      expect(await get(`${server.address}/api/v1/server`, ca)).toEqual({
        status: 200,
        hsts: 'max-age=31536000',
      })
      const plain = server.address.replace('https:', 'http:')
      await expect(fetch(`${plain}/api/v1/server`)).rejects.toThrow('fetch failed')
      const { hostname, port } = new URL(server.address)
      const old = new Promise((_resolve, reject) => {
        const options = {
          host: hostname,
          port: Number(port),
          maxVersion: 'TLSv1.1',
          minVersion: 'TLSv1',
          ca,
        } as const
        connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }).once('error', reject)
      })
      await expect(old).rejects.toThrow(/alert|version|protocol/i)
      const doctor = (await server.command('doctor', '--json')).json()
      expect(doctor).toMatchObject({
        findings: expect.arrayContaining([
          { check: 'transport', state: 'warning', detail: 'The certificate ends in 1 days.' },
        ]) as unknown,
      })
    } finally {
      await server.dispose()
    }
  })

  it('refuses to start when certificate and key do not belong together, or are not there', async () => {
    const [one, other] = [await certificate('one'), await certificate('other')]
    const mixed = await refusedStart({
      tls: { certificateFile: one.certificateFile, keyFile: other.keyFile },
    })
    expect([mixed.exitCode, mixed.stderr]).toEqual([2, expect.stringContaining('do not belong together')])
    const absent = await refusedStart({ tls: { ...one, keyFile: '/nowhere/key.pem' } })
    expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining('tls.keyFile')])
  })
})

describe('a configuration', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'backup.example'])(
    'for plain HTTP on %s, which others could read, is refused with what to do',
    async (host) => {
      const refused = await refusedStart({ listen: { host, port: 0 } })
      expect(refused.exitCode).toBe(53)
      expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'SERVER_INSECURE' })
      expect(refused.stderr).toContain('tls.certificateFile')
      expect(refused.stdout).toBe('')
    },
  )

  it('for plain HTTP everywhere is taken when it says so explicitly', async () => {
    const server = await startServer({
      config: { listen: { host: '0.0.0.0', port: 0 }, allowPlainHttp: true },
    })
    expect((await fetch(`http://127.0.0.1:${new URL(server.address).port}/health/live`)).status).toBe(200)
    await server.dispose()
  })

  it.each([
    ['an unknown setting', { lisen: {} }, 'lisen'],
    ['an unknown setting deep inside', { argon2: { memory: 1 } }, 'argon2.memory'],
    ['a weak password hash', { argon2: { memoryKib: 1024 } }, 'argon2.memoryKib'],
    ['a proxy that is no address', { trustedProxies: ['proxy.example'] }, 'trustedProxies.0'],
    ['the outbox in production', { sms: { provider: 'outbox' } }, 'sms'],
    ['a file that is no JSON', '{"databaseUrl": "postgres://u:hunter2@h/d"', '(root)'],
  ])('with %s is refused and its place is named', async (_name, config, place) => {
    const refused = await refusedStart(config)
    expect(refused.exitCode).toBe(2)
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'INPUT_INVALID', details: { paths: [place] } })
    expect(refused.stderr).not.toContain('hunter2')
  })

  it('whose database cannot be reached ends the start, without its password in the output', async () => {
    const refused = await refusedStart(
      { listen: { port: 0 } },
      { HOLDFAST_DATABASE_URL: 'postgres://holdfast:hunter2@127.0.0.1:1/x' },
    )
    expect([refused.exitCode, JSON.parse(refused.stderr.trim().split('\n').at(-1) ?? '')]).toEqual([
      50,
      expect.objectContaining({ code: 'SERVER_UNREACHABLE' }),
    ])
    expect(refused.stdout + refused.stderr).not.toContain('hunter2')
  })
})
