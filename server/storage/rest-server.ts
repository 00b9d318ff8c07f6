import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { storagePrefix } from '../../shared/routes.ts'
import { basicCredentials } from '../http/permission.ts'
import { answerProblem } from '../http/problem.ts'
import { authenticateLease } from '../leases/authenticate-lease.ts'
import type { LeaseRow } from '../store/tables.ts'
import { configQueue } from './config-queue.ts'
import { answerRest } from './rest-answers.ts'
import { parseRestPath, type RestTarget } from './rest-path.ts'
import { recordRefusal } from './refusals.ts'
import { restStatus } from './rest-status.ts'
import type { StorageDeps } from './storage-deps.ts'

/**
 * The restic REST protocol, version 2 (https://restic.readthedocs.io/en/stable/100_references.html#rest-backend),
 * one repository per id below `/restic/`. Callers prove a lease by HTTP Basic; what it permits is decided by
 * the table in storage-rules.ts and nothing else.
 *
 * Bodies are streams: inside this plugin Fastify parses nothing.
 */
export async function registerStorage(app: FastifyInstance, deps: StorageDeps): Promise<void> {
  const configs = configQueue()
  await app.register((storage, _options, done) => {
    storage.removeAllContentTypeParsers()
    storage.addContentTypeParser('*', (_request, _body, parsed) => {
      parsed(null)
    })
    storage.setErrorHandler((error, request, reply) => {
      answerProblem(error, request, reply, deps.log, restStatus(error))
    })
    storage.route({
      method: ['GET', 'HEAD', 'POST', 'DELETE'],
      url: `${storagePrefix}/*`,
      config: { permission: 'storage' },
      schema: { summary: 'The restic REST protocol of one repository', hide: true },
      handler: (request, reply) => handle(deps, configs, request, reply),
    })
    done()
  })
}

async function handle(
  deps: StorageDeps,
  configs: ReturnType<typeof configQueue>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { user, password } = basicCredentials(request.headers.authorization)
  const lease = await authenticateLease(deps, user, password)
  request.caller = { lease }
  const target = parseRestPath(request.raw.url ?? '')
  // A stranger's repository and none at all look the same.
  if (target.kind === 'none' || target.repositoryId !== lease.repositoryId)
    throw new AppError('NOT_FOUND', 'There is no such object.')
  try {
    return await answerRest({ deps, configs, lease, target, request, reply })
  } catch (error) {
    if (error instanceof AppError && isRefusal(error)) await record(deps, lease, target, request, error)
    throw error
  }
}

function isRefusal({ code }: AppError): boolean {
  return code !== 'NOT_FOUND' && code !== 'CANCELLED' && code !== 'SERVER_BUSY' && code !== 'INPUT_INVALID'
}

async function record(
  deps: StorageDeps,
  lease: LeaseRow,
  target: RestTarget,
  request: FastifyRequest,
  error: AppError,
): Promise<void> {
  await recordRefusal(deps, {
    lease,
    code: error.code,
    action: `storage.${request.method.toLowerCase()}`,
    target: target.kind === 'object' ? `${target.object.type}/${target.object.name}` : target.kind,
    address: request.ip,
  })
}
