import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, assertNever } from '../../shared/errors.ts'
import type { LeaseRow } from '../store/tables.ts'
import type { ConfigQueue } from './config-queue.ts'
import { removeLock, trashObject } from './deletions.ts'
import { openObject, sizeOfObject } from './downloads.ts'
import { watchLease } from './lease-watch.ts'
import { clearBrokenInitialisation } from './leftovers.ts'
import { listBody } from './listings.ts'
import type { ObjectName } from './object-names.ts'
import type { RestTarget } from './rest-path.ts'
import type { StorageDeps } from './storage-deps.ts'
import { storageRules, type Rule, type Verb } from './storage-rules.ts'
import { storeObject } from './uploads.ts'

export interface RestRequest {
  readonly deps: StorageDeps
  readonly configs: ConfigQueue
  readonly lease: LeaseRow
  readonly target: Exclude<RestTarget, { kind: 'none' }>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** restic's packs are 4 to 128 MiB. */
export const maxObjectBytes = 512 * 1024 * 1024

const listTypes = { 1: 'application/vnd.x.restic.rest.v1', 2: 'application/vnd.x.restic.rest.v2' } as const

export async function answerRest(rest: RestRequest): Promise<FastifyReply> {
  const { target } = rest
  switch (target.kind) {
    case 'repository':
      return await answerRepository(rest, target.isCreate)
    case 'folder':
      return answerFolder(rest, target.type)
    case 'object':
      return await answerObject(rest, target.object)
    default:
      return assertNever(target)
  }
}

async function answerRepository(
  { deps, lease, request, reply }: RestRequest,
  isCreate: boolean,
): Promise<FastifyReply> {
  if (request.method === 'DELETE') throw new AppError('NOT_ALLOWED', 'A repository is deleted with its set.')
  if (request.method !== 'POST' || !isCreate) throw notFound()
  if (storageRules[lease.kind].config.add === 'no') throw notAllowed()
  await clearBrokenInitialisation(deps, lease)
  return reply.code(200).send()
}

function answerFolder({ deps, lease, request, reply }: RestRequest, type: ObjectName['type']): FastifyReply {
  if (request.method !== 'GET') throw notFound()
  permit(lease, type, 'list')
  const version = request.headers.accept === listTypes[2] ? 2 : 1
  return reply.type(listTypes[version]).send(listBody(deps, lease.repositoryId, type, version))
}

async function answerObject(rest: RestRequest, object: ObjectName): Promise<FastifyReply> {
  const { deps, lease, request, reply } = rest
  switch (request.method) {
    case 'HEAD':
      permit(lease, object.type, 'size')
      return reply
        .type('application/octet-stream')
        .header('accept-ranges', 'bytes')
        .header('content-length', await sizeOfObject(deps, lease, object))
        .send()
    case 'GET':
      return await sendObject(rest, object)
    case 'POST':
      return await receiveObject(rest, object)
    case 'DELETE': {
      const rule = permit(lease, object.type, 'remove')
      if (rule === 'own') await removeLock(deps, lease, object.name)
      else await trashObject(deps, lease, object)
      return reply.code(200).send()
    }
    default:
      throw notFound()
  }
}

async function sendObject(
  { deps, lease, request, reply }: RestRequest,
  object: ObjectName,
): Promise<FastifyReply> {
  permit(lease, object.type, 'read')
  // Objects have no validator that an If-Range could match (RFC 9110 §13.1.5).
  const range = request.headers['if-range'] === undefined ? request.headers.range : undefined
  const { sizeBytes, answer, body } = await openObject(deps, lease, object, range)
  reply.type('application/octet-stream').header('accept-ranges', 'bytes')
  if (body === null) return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send()
  body.once(
    'close',
    watchLease(deps, lease, () => {
      body.destroy()
      request.raw.socket.destroy()
    }),
  )
  if (answer.kind === 'part') {
    const { first, last } = answer.range
    reply
      .code(206)
      .header('content-range', `bytes ${first}-${last}/${sizeBytes}`)
      .header('content-length', last - first + 1)
  } else {
    reply.header('content-length', sizeBytes)
  }
  return reply.send(body)
}

async function receiveObject(
  { deps, configs, lease, request, reply }: RestRequest,
  object: ObjectName,
): Promise<FastifyReply> {
  permit(lease, object.type, 'add')
  const sizeBytes = announcedSize(request, reply)
  const stop = new AbortController()
  const stopWatching = watchLease(deps, lease, () => {
    stop.abort()
    request.raw.socket.destroy()
  })
  try {
    await storeObject(deps, configs, { lease, object, body: request.raw, sizeBytes, signal: stop.signal })
  } finally {
    stopWatching()
    // What is left of a refused body, so that the connection can be used again.
    request.raw.resume()
  }
  return reply.code(200).send()
}

function announcedSize(request: FastifyRequest, reply: FastifyReply): number {
  const header = request.headers['content-length']
  const invalid = (reason: string): AppError => {
    // The end of such a body is not worth waiting for.
    reply.header('connection', 'close')
    return new AppError('INPUT_INVALID', 'An upload announces its length, within limits.', {
      details: { paths: ['content-length'], reason },
    })
  }
  if (header === undefined) throw invalid('length-required')
  if (Number(header) > maxObjectBytes) throw invalid('too-large')
  return Number(header)
}

/** @throws AppError NOT_ALLOWED where the table says so */
function permit(lease: LeaseRow, type: ObjectName['type'], verb: Verb): Rule {
  const rule = storageRules[lease.kind][type][verb]
  if (rule === 'no') throw notAllowed()
  return rule
}

function notAllowed(): AppError {
  return new AppError('NOT_ALLOWED', 'This lease does not permit that.')
}

function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such object.')
}
