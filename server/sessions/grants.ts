import type { GrantId } from '../../shared/model/ids.ts'
import { operationSchema, type Operation } from '../../shared/model/sign-in.ts'
import { auditLater } from '../audit/audit-later.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { ServerDeps } from '../deps.ts'
import type { SessionCaller } from '../http/handler.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { SessionRow } from '../store/tables.ts'
import { stepUpRequired } from './sessions.ts'

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
 * Uses a grant up, in the transaction of what it permits: if that fails, the grant is unused. It must be of
 * this session and for exactly this operation.
 *
 * @throws AppError STEP_UP_REQUIRED with details `operation`
 */
export async function consumeGrant(
  tx: Tx,
  deps: Pick<ServerDeps, 'store' | 'clock' | 'log'>,
  caller: SessionCaller,
  grantToken: string,
  operation: Operation,
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  const grant = await tx
    .selectFrom('grants')
    .selectAll()
    .where('tokenHash', '=', tokenHash(grantToken))
    .where('sessionId', '=', caller.session.id)
    .where('userId', '=', caller.user.id)
    .executeTakeFirst()
  const isFor =
    grant !== undefined &&
    canonicalJson(operationSchema.parse(JSON.parse(grant.operation))) === canonicalJson(operation)
  if (isFor && nowMs < grant.expiresAt && nowMs >= grant.createdAt - 60_000) {
    // Two requests may have read it unused; one of them updates it.
    const used = await tx
      .updateTable('grants')
      .set({ usedAt: nowMs })
      .where('id', '=', grant.id)
      .where('usedAt', 'is', null)
      .executeTakeFirst()
    if (used.numUpdatedRows === 1n) return
  }
  auditLater(deps, {
    at: nowMs,
    actor: `user:${caller.user.id}`,
    action: `grant.${operation.kind}`,
    outcome: 'refused',
    target: 'deviceId' in operation ? operation.deviceId : operationTarget(operation),
    address: caller.session.address,
  })
  throw stepUpRequired(operation.kind)
}

function operationTarget(operation: Operation): string {
  return 'backupSetId' in operation ? operation.backupSetId : operation.kind
}
