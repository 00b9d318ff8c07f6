import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { isClientRequest } from '../../shared/answer.ts'
import {
  clientEvents,
  clientRequests,
  type ClientApi,
  type ClientCall,
  type ClientEvent,
  type ClientRequest,
  type Reply,
} from '../../shared/client-api.ts'
import { AppError, inputError, problemFrom } from '../../shared/errors.ts'
import { readLines } from './line-reader.ts'
import { attachedRequestSchema, helloLine, longestLineBytes } from './protocol.ts'

export interface OwnerServer {
  /** Takes no new callers and resolves when every request that it has is answered. */
  drain(): Promise<void>
  /** Drains, then hangs up. */
  stop(): Promise<void>
}

/**
 * Answers other processes of this user for the owner of a profile. Only the holder of the profile's lock may
 * call it: it takes the place of whatever socket a dead owner left.
 *
 * Who can reach the socket is decided by the folder it is in, which only this user can enter. A named pipe of
 * Windows is in no folder, and everybody may open one to read: nothing is told to a caller that wrote nothing.
 */
export async function serveOwner(api: ClientApi, socketPath: string): Promise<OwnerServer> {
  const connections = new Set<Socket>()
  const underWay = new Set<Promise<void>>()
  const server = createServer((socket) => {
    connections.add(socket)
    let stopListening: (() => void) | undefined
    readLines(socket, longestLineBytes, (line) => {
      stopListening ??= forwardEvents(api, socket)
      if (line === helloLine) return
      const work = answerLine(api, line).then((text) => void socket.write(text))
      underWay.add(work)
      void work.finally(() => underWay.delete(work))
    })
    // A caller that went away is no failure of the owner; its requests go on.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      stopListening?.()
      connections.delete(socket)
    })
  })
  const isPipe = process.platform === 'win32'
  if (!isPipe) await rm(socketPath, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  if (!isPipe) await chmod(socketPath, 0o600)
  let closed: Promise<void> | undefined
  const drain = async (): Promise<void> => {
    closed ??= new Promise<void>((resolve) => server.close(() => resolve()))
    while (underWay.size > 0) await Promise.all(underWay)
  }
  return {
    drain,
    stop: async () => {
      await drain()
      for (const socket of connections) socket.end()
      await closed
    },
  }
}

function forwardEvents(api: ClientApi, socket: Socket): () => void {
  const names = Object.keys(clientEvents) as ClientEvent[]
  const stops = names.map((event) =>
    api.on(event, (payload) => void socket.write(`${JSON.stringify({ event, payload })}\n`)),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

async function answerLine(api: ClientApi, line: string): Promise<string> {
  let id = 0
  let reply: Reply<unknown>
  try {
    const parsed = attachedRequestSchema.safeParse(JSON.parse(line))
    if (!parsed.success) throw inputError(parsed.error)
    id = parsed.data.id
    if (!isClientRequest(parsed.data.name)) {
      throw new AppError('NOT_FOUND', 'There is no request of that name.')
    }
    reply = await forward(api, parsed.data.name, parsed.data.input)
  } catch (error) {
    const malformed = error instanceof SyntaxError ? new AppError('INPUT_INVALID', 'This is no JSON.') : error
    reply = { ok: false, problem: problemFrom(malformed) }
  }
  return `${JSON.stringify({ id, reply })}\n`
}

async function forward<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: unknown,
): Promise<Reply<unknown>> {
  const parsed = clientRequests[name].input.safeParse(input)
  if (!parsed.success) throw inputError(parsed.error)
  return api.request(name, parsed.data as ClientCall<R>)
}
