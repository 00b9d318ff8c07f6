import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, errorCatalog, isAppError } from '../../shared/errors.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { CoreDeps } from '../core-deps.ts'
import { atOnce } from '../engine/child-process.ts'
import type { Credentials } from '../server-client/server-client.ts'

type LeaseDeps = Pick<CoreDeps, 'clock' | 'server' | 'device' | 'log'>

/** A lease that is kept alive while its run works. */
export interface HeldLease {
  readonly lease: Lease
  readonly credentials: Credentials
  /** Stops the run: somebody cancelled it, or the lease is gone. */
  readonly stop: AbortSignal
  /** Why the lease is gone; undefined while it holds. */
  lost(): AppError | undefined
  /** Asks the server soon, and not at the next beat: something of the lease was refused. */
  checkSoon(): void
  /** The failure that counts: the lease's end explains everything that came after it. */
  cause(failure: unknown): Promise<unknown>
}

export interface HoldOptions {
  readonly cancel: AbortSignal
  /** Along with each beat. */
  readonly onBeat?: () => Promise<void>
}

/** A cut network shorter than this never ends a run by itself: restic repeats its requests for minutes. */
const shortestToleranceMs = 30_000
const longestToleranceMs = 10 * 60_000

/**
 * Works under a lease. A heartbeat that is refused, or a problem that the server names, stops the run; a
 * network that is cut is tolerated for as long as the lease lives.
 *
 * @param work must stop when `held.stop` says so
 */
export async function holdLease<T>(
  deps: LeaseDeps,
  lease: Lease,
  options: HoldOptions,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const credentials: Credentials = { kind: 'lease', leaseId: lease.id, secret: lease.secret }
  const stop = new AbortController()
  const over = new AbortController()
  const onCancel = (): void => stop.abort()
  if (options.cancel.aborted) stop.abort()
  options.cancel.addEventListener('abort', onCancel)

  const beatMs = lease.heartbeatSeconds * 1000
  const toleranceMs = toleranceOf(lease, deps.clock.nowMs())
  let lost: AppError | undefined
  let sequence = 0
  let answeredAtMs = deps.clock.nowMs()

  const lose = (reason: AppError, isLeaseGone: boolean): void => {
    lost ??= reason
    stop.abort(isLeaseGone ? atOnce : undefined)
  }
  const beat = async (): Promise<void> => {
    sequence += 1
    try {
      const reply = await deps
        .server()
        .call('heartbeat', await heartbeatInput(deps, lease, sequence), credentials, {
          timeoutMs: beatMs * 2,
        })
      answeredAtMs = deps.clock.nowMs()
      // The lease lives: what runs may still take its lock back.
      if (reply.problem !== null) lose(new AppError(reply.problem, 'The server stopped this run.'), false)
    } catch (error) {
      if (!isAppError(error)) throw error
      const isPassing = errorCatalog[error.code].retry === 'later' && error.code !== 'LEASE_ENDED'
      if (!isPassing) lose(error, true)
      else if (deps.clock.nowMs() - answeredAtMs >= toleranceMs) lose(error, true)
      else deps.log.warn({ leaseId: lease.id, code: error.code }, 'A heartbeat did not reach the server')
    }
  }
  // One at a time: the sequence must arrive in order.
  let last: Promise<void> = Promise.resolve()
  const check = (): Promise<void> => {
    last = last.then(() => (lost === undefined && !over.signal.aborted ? beat() : undefined))
    return last
  }
  const keepAlive = async (): Promise<void> => {
    for (;;) {
      await deps.clock.sleep(beatMs, over.signal)
      if (over.signal.aborted || lost !== undefined) return
      await check()
      await options.onBeat?.()
    }
  }

  const beating = keepAlive()
  // Its failure is awaited below; until then it must not count as unhandled.
  beating.catch(() => stop.abort())
  try {
    return await work({
      lease,
      credentials,
      stop: stop.signal,
      lost: () => lost,
      // What is wrong with the program itself comes out with the next beat.
      checkSoon: () => void check().catch(() => stop.abort()),
      cause: async (failure) => {
        if (lost === undefined && !options.cancel.aborted && isAppError(failure)) await check()
        return options.cancel.aborted ? failure : (lost ?? failure)
      },
    })
  } finally {
    over.abort()
    options.cancel.removeEventListener('abort', onCancel)
    await beating
  }
}

/** The server's clock may differ from ours: only a plausible difference is believed. */
function toleranceOf(lease: Lease, nowMs: number): number {
  const leftMs = Date.parse(lease.expiresAt) - nowMs
  return Math.min(longestToleranceMs, Math.max(shortestToleranceMs, leftMs))
}

/** Leases of a device are kept alive by its signature, those of a session by their secret alone. */
async function heartbeatInput(deps: LeaseDeps, lease: Lease, sequence: number) {
  if (lease.kind === 'browse' || lease.kind === 'restore') return { sequence }
  const serverAddress = deps.server().address
  const signature = await deps.device.sign(
    deviceProof.heartbeat({ leaseId: lease.id, sequence, serverAddress }),
  )
  return { sequence, signature, serverAddress }
}
