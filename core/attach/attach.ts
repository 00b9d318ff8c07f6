import { createConnection, type Socket } from 'node:net'
import {
  clientEvents,
  clientRequests,
  type ClientApi,
  type ClientEvent,
  type ClientEventPayload,
  type ClientOutput,
  type ClientRequest,
  type Reply,
} from '../../shared/client-api.ts'
import type { Problem } from '../../shared/errors.ts'
import { readLines } from './line-reader.ts'
import { helloLine, longestLineBytes, ownerMessageSchema } from './protocol.ts'

export interface AttachedClient {
  readonly api: ClientApi
  close(): void
}

/**
 * Connects to the process that owns the profile; undefined when none listens.
 *
 * Its replies are checked against the contract: the owner may be of another version.
 */
export async function attach(socketPath: string): Promise<AttachedClient | undefined> {
  const socket = await connect(socketPath)
  if (socket === undefined) return undefined
  const waiting = new Map<number, (reply: Reply<unknown>) => void>()
  const listeners = new Map<ClientEvent, Set<(payload: never) => void>>()
  let lastId = 0
  let isOpen = true

  readLines(socket, longestLineBytes, (line) => {
    const message = ownerMessageSchema.safeParse(parseJson(line))
    if (!message.success) return
    if ('id' in message.data) {
      waiting.get(message.data.id)?.(message.data.reply)
      waiting.delete(message.data.id)
    } else {
      deliver(listeners, message.data.event, message.data.payload)
    }
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isOpen = false
    for (const resolve of waiting.values()) resolve({ ok: false, problem: ownerGone })
    waiting.clear()
  })

  socket.write(`${helloLine}\n`)

  const api: ClientApi = {
    request: async (name, input) => {
      if (!isOpen) return { ok: false, problem: ownerGone }
      lastId += 1
      const id = lastId
      const reply = new Promise<Reply<unknown>>((resolve) => waiting.set(id, resolve))
      socket.write(`${JSON.stringify({ id, name, input })}\n`)
      return checked(name, await reply)
    },
    on: (name, listener) => {
      const of = listeners.get(name) ?? new Set()
      listeners.set(name, of)
      const entry = (payload: never): void => listener(payload)
      of.add(entry)
      return () => void of.delete(entry)
    },
  }
  return { api, close: () => socket.end() }
}

const ownerGone: Problem = {
  code: 'PROFILE_IN_USE',
  message: 'The Holdfast process that works with this profile ended before it answered.',
}

function connect(socketPath: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isNobodyThere = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(error.code ?? '')
      if (isNobodyThere) resolve(undefined)
      else reject(error)
    })
  })
}

function checked<R extends ClientRequest>(name: R, reply: Reply<unknown>): Reply<ClientOutput<R>> {
  if (!reply.ok) return reply
  const parsed = clientRequests[name].output.safeParse(reply.value)
  if (parsed.success) return { ok: true, value: parsed.data as ClientOutput<R> }
  const message = 'The running Holdfast is of another version. Restart it.'
  return { ok: false, problem: { code: 'UNEXPECTED', message } }
}

function deliver(
  listeners: ReadonlyMap<ClientEvent, ReadonlySet<(payload: never) => void>>,
  name: string,
  payload: unknown,
): void {
  if (!isEvent(name)) return
  const parsed = clientEvents[name].safeParse(payload)
  if (!parsed.success) return
  for (const listener of listeners.get(name) ?? [])
    listener(parsed.data as ClientEventPayload<ClientEvent> as never)
}

function isEvent(name: string): name is ClientEvent {
  return Object.hasOwn(clientEvents, name)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
