import type { Kysely } from 'kysely'
import type { AppError } from '../../shared/errors.ts'
import type { GrantId } from '../../shared/model/ids.ts'
import { operationSchema, type Operation } from '../../shared/model/sign-in.ts'
import { auditLater } from '../audit/audit-later.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { ServerDeps } from '../deps.ts'
import type { SessionCaller } from '../http/handler.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { SessionRow, Tables } from '../store/tables.ts'
import { stepUpRequired } from './sessions.ts'

type GrantDeps = Pick<ServerDeps, 'store' | 'clock' | 'log'>

/** Clocks are corrected by a little all the time. */
const clockToleranceMs = 60_000

/** The single-use result of a step-up; its token is returned this once. */
export async function createGrant(
  tx: Tx,
  grant: {
    readonly session: SessionRow
    readonly operation: Operation
    readonly nowMs: number
    readonly lifeMs: number
  },
): Promise<{ token: string; expiresAt: number }> {
  const token = newToken()
  const expiresAt = grant.nowMs + grant.lifeMs
  await tx
    .insertInto('grants')
    .values({
      id: newId<GrantId>('gra'),
      tokenHash: tokenHash(token),
      sessionId: grant.session.id,
      userId: grant.session.userId,
      operation: JSON.stringify(grant.operation),
      createdAt: grant.nowMs,
      expiresAt,
      usedAt: null,
    })
    .execute()
  return { token, expiresAt }
}

/**
 * Whether a grant could be used now, without using it: for work that costs and must come first. It must be of
 * this session and for exactly this operation.
 *
 * @throws AppError STEP_UP_REQUIRED with details `operation`
 */
export async function checkGrant(
  db: Kysely<Tables>,
  deps: GrantDeps,
  caller: SessionCaller,
  grantToken: string,
  operation: Operation,
): Promise<GrantId> {
  const nowMs = deps.clock.nowMs()
  const grant = await db
    .selectFrom('grants')
    .selectAll()
    .where('tokenHash', '=', tokenHash(grantToken))
    .where('sessionId', '=', caller.session.id)
    .where('userId', '=', caller.user.id)
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  const isUsable =
    grant !== undefined &&
    nowMs < grant.expiresAt &&
    nowMs >= grant.createdAt - clockToleranceMs &&
    canonicalJson(operationSchema.parse(JSON.parse(grant.operation))) === canonicalJson(operation)
  if (!isUsable) throw refusal(deps, caller, operation)
  return grant.id
}

/**
 * Uses a grant up, in the transaction of what it permits: if that fails, the grant is unused.
 *
 * @throws AppError STEP_UP_REQUIRED with details `operation`
 */
export async function consumeGrant(
  tx: Tx,
  deps: GrantDeps,
  caller: SessionCaller,
  grantToken: string,
  operation: Operation,
): Promise<void> {
  const id = await checkGrant(tx, deps, caller, grantToken, operation)
  // Two requests may have read it unused; one of them updates it.
  const used = await tx
    .updateTable('grants')
    .set({ usedAt: deps.clock.nowMs() })
    .where('id', '=', id)
    .where('usedAt', 'is', null)
    .executeTakeFirst()
  if (used.numUpdatedRows !== 1n) throw refusal(deps, caller, operation)
}

/** Makes a grant usable again when what it was used for came to nothing through no fault of its holder. */
export async function returnGrant(deps: GrantDeps, caller: SessionCaller, grantToken: string): Promise<void> {
  await deps.store.db
    .updateTable('grants')
    .set({ usedAt: null })
    .where('tokenHash', '=', tokenHash(grantToken))
    .where('sessionId', '=', caller.session.id)
    .execute()
}

function refusal(deps: GrantDeps, caller: SessionCaller, operation: Operation): AppError {
  auditLater(deps, {
    at: deps.clock.nowMs(),
    actor: `user:${caller.user.id}`,
    action: `grant.${operation.kind}`,
    outcome: 'refused',
    target: targetOf(operation),
    address: caller.session.address,
  })
  return stepUpRequired(operation.kind)
}

function targetOf(operation: Operation): string {
  if ('deviceId' in operation) return operation.deviceId
  return 'backupSetId' in operation ? operation.backupSetId : operation.kind
}
