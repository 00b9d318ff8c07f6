import { z } from 'zod'
import { auditOnceAMinute } from '../audit/audit-once-a-minute.ts'
import type { ServerDeps } from '../deps.ts'
import type { Origin } from '../http/handler.ts'
import type { SessionRow } from '../store/tables.ts'

/** So many are kept of a session: a computer with IPv4 and IPv6, at home, in the train and at work. */
const maxNetworks = 8

const networksSchema = z.array(z.object({ name: z.string(), isProven: z.boolean() }))
type Networks = z.infer<typeof networksSchema>

/**
 * Whether the session's second factor was proven in the network that this request comes from. A token that
 * was stolen and is used elsewhere looks on, and changes nothing without a proof of its own (docs/adr).
 */
export function isProvenNetwork(session: SessionRow, origin: Origin): boolean {
  return networksOf(session).some(({ name, isProven }) => isProven && name === nameOf(origin))
}

/** The session's networks after a proof in this one. */
export function withProvenNetwork(session: Pick<SessionRow, 'networks'> | null, origin: Origin): string {
  return written(session === null ? [] : networksOf(session), { name: nameOf(origin), isProven: true })
}

/** Notes the first request of a session from a network, in the session and in the audit log. */
export async function noteNetwork(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  session: SessionRow,
  origin: Origin,
): Promise<void> {
  const name = nameOf(origin)
  if (networksOf(session).some((each) => each.name === name)) return
  const networks = written(networksOf(session), { name, isProven: false })
  await deps.store.transact(['audit'], async (tx) => {
    const noted = await tx
      .updateTable('sessions')
      .set({ networks })
      .where('id', '=', session.id)
      // Whoever was faster has noted it, or has proven it.
      .where('networks', '=', session.networks)
      .executeTakeFirst()
    if (noted.numUpdatedRows === 0n) return
    await auditOnceAMinute(tx, `session-network:${session.id}`, {
      at: deps.clock.nowMs(),
      actor: `user:${session.userId}`,
      action: 'session.other-network',
      outcome: 'ok',
      target: session.id,
      address: origin.address,
    })
  })
}

/** Those that were proven stay longest: a thief with many networks must not push the owner's out. */
function written(before: Networks, added: Networks[number]): string {
  const others = before.filter(({ name }) => name !== added.name)
  const proven = others.filter(({ isProven }) => isProven).slice(-(maxNetworks - 1))
  const seen = others.filter(({ isProven }) => !isProven)
  const room = maxNetworks - 1 - proven.length
  return JSON.stringify([...proven, ...(room === 0 ? [] : seen.slice(-room)), added])
}

function networksOf(session: Pick<SessionRow, 'networks'>): Networks {
  return networksSchema.parse(JSON.parse(session.networks))
}

/**
 * Wider than what limits count: telephone networks give one person several addresses of an IPv4 /24 or an
 * IPv6 /48 in turn.
 */
function nameOf({ network }: Origin): string {
  return network.includes(':')
    ? `${network.split(':').slice(0, 3).join(':')}::/48`
    : `${network.split('.').slice(0, 3).join('.')}.0/24`
}
