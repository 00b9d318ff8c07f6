import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './certificate.fixture.ts'
import { createServerClient } from './create-server-client.ts'
import type { ServerClient } from './server-client.ts'
import { afterEach, afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  info,
  warnings,
  log,
  endServers,
  listen,
  impatient,
  json,
  failureOf,
  signIn,
} from './http-server.fixture.ts'

afterEach(endServers)

describe('a server with a certificate', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
    makeCertificate(folder, 'own', 'IP:127.0.0.1')
    makeCertificate(folder, 'other', 'DNS:elsewhere.example')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function tlsClient(name: string, caFile: string | null): Promise<ServerClient> {
    const tls = {
      key: readFileSync(join(folder, `${name}.key`)),
      cert: readFileSync(join(folder, `${name}.pem`)),
    }
    const port = await listen(createTlsServer(tls, json(200, info)))
    return createServerClient({
      address: `https://127.0.0.1:${String(port)}`,
      allowInsecure: false,
      caFile: caFile === null ? null : join(folder, caFile),
      clock: impatient(),
      log,
    })
  }

  it('of its own authority is trusted when that authority’s file was named', async () => {
    const server = await tlsClient('own', 'own.pem')
    expect(await server.call('serverInfo', {}, { kind: 'none' })).toEqual(info)
  })

  it.each([
    ['of an authority nobody named', 'own', null, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another authority than the named one', 'own', 'other.pem', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another name', 'other', 'other.pem', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])(
    '%s is refused, also when plain HTTP would be allowed, and not asked twice',
    async (_what, name, ca, reason) => {
      const server = await tlsClient(name, ca)
      expect(await failureOf(server.call('signInStart', signIn, { kind: 'none' }))).toMatchObject({
        code: 'SERVER_CERTIFICATE',
        details: { reason },
      })
      expect(warnings).toEqual([])
    },
  )

  it('is refused when the authority’s file cannot be read', async () => {
    await expect(tlsClient('own', 'missing.pem')).rejects.toMatchObject({
      code: 'SERVER_CERTIFICATE',
      details: { reason: 'ENOENT' },
    })
  })

  it('is not spoken to where plain HTTP is what answers', async () => {
    const port = await listen(createServer(json(200, info)))
    const server = createServerClient({
      address: `https://127.0.0.1:${String(port)}`,
      allowInsecure: true,
      caFile: null,
      clock: impatient(),
      log,
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'tls' },
    })
  })
})
