import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientApi } from '../../shared/client-api.ts'
import { createEvents, type ClientEvents } from '../events.ts'
import { attach, type AttachedClient } from './attach.ts'
import { serveOwner, type OwnerServer } from './serve.ts'

let folder: string
let events: ClientEvents
let owner: OwnerServer
let path: string
const closing: (() => void)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-owner-'))
  path = join(folder, 'owner.sock')
  events = createEvents((error) => {
    throw error
  })
  const refused = { ok: false, problem: { code: 'NOT_FOUND', message: 'Not here.' } } as const
  const api: ClientApi = {
    request: () => Promise.resolve(refused),
    on: (name, listener) => events.on(name, listener),
  }
  owner = await serveOwner(api, path)
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await owner.stop()
  await rm(folder, { recursive: true, force: true })
})

async function listener(): Promise<{ socket: Socket; heard: () => string }> {
  let text = ''
  const socket = createConnection(path)
  closing.push(() => socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  socket.on('data', (chunk) => (text += chunk.toString()))
  return { socket, heard: () => text }
}

async function attached(): Promise<AttachedClient> {
  const client = await attach(path)
  if (client === undefined) throw new Error('Nobody listens.')
  closing.push(() => client.close())
  return client
}

describe('the owner of a profile', () => {
  it('tells events only to who can write to it: others may open a pipe of Windows to read', async () => {
    const silent = await listener()
    const asking = await listener()
    asking.socket.write('{"id":1,"name":"app.status","input":{}}\n')
    await expect.poll(asking.heard).toContain('NOT_FOUND')
    events.emit('session.changed', { isSignedIn: true })
    await expect.poll(asking.heard).toContain('session.changed')
    expect(silent.heard()).toBe('')
  })

  it('tells events to an attached client that asks for nothing', async () => {
    const client = await attached()
    const told: unknown[] = []
    client.api.on('session.changed', (payload) => told.push(payload))
    const tell = () => {
      events.emit('session.changed', { isSignedIn: true })
      return told
    }
    await expect.poll(tell).toContainEqual({ isSignedIn: true })
  })
})
