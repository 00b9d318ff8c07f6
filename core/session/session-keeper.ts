import { z } from 'zod'
import { AppError, isAppError } from '../../shared/errors.ts'
import { instantSchema } from '../../shared/model/ids.ts'
import { sessionScopeSchema } from '../../shared/model/account.ts'
import type { Operation } from '../../shared/model/sign-in.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionAccess } from './session-access.ts'

/** What rests in the secret store between two processes of this profile. */
const keptSessionSchema = z.strictObject({
  /** The server that gave the token: it is never shown to another one. */
  address: z.string(),
  token: z.string(),
  scope: sessionScopeSchema,
  expiresAt: instantSchema,
})
export type KeptSession = z.infer<typeof keptSessionSchema>

/**
 * Holds the session's token and the grants of finished step-ups. Neither ever leaves core. Grants are in
 * memory only, so that what a computer stores can never restore, delete or change a factor.
 */
export interface SessionKeeper extends SessionAccess {
  /** @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
  current(): Promise<KeptSession | undefined>
  keep(session: KeptSession): Promise<void>
  /** Erases session and grants from this computer. */
  forget(): Promise<void>
  /** The same, when the server refused exactly this token. */
  forgetRefused(token: string): Promise<void>
  holdGrant(operation: Operation, token: string): void
  hasGrant(operation: Operation): boolean
  /**
   * Takes a grant for one piece of work. A failure that left the grant unused on the server gives it back, so
   * that a typing error does not cost another step-up.
   */
  useGrant<T>(operation: Operation, work: (grantToken: string) => Promise<T>): Promise<T>
}

export function createSessionKeeper({
  secrets,
  profile,
  events,
  log,
}: Pick<CoreDeps, 'secrets' | 'profile' | 'events' | 'log'>): SessionKeeper {
  let known: { session: KeptSession | undefined } | undefined
  const grants = new Map<string, string>()

  const load = async (): Promise<KeptSession | undefined> => {
    const text = await secrets.read('session')
    if (text === undefined) return undefined
    const parsed = keptSessionSchema.safeParse(jsonOf(text))
    if (parsed.success) return parsed.data
    log.warn({}, 'The kept session cannot be read; signing in again is necessary')
    await secrets.erase('session')
    return undefined
  }

  const current = async (): Promise<KeptSession | undefined> => {
    known ??= { session: await load() }
    return known.session?.address === profile.settings().server?.address ? known.session : undefined
  }

  const forget = async (): Promise<void> => {
    const wasSignedIn = known?.session !== undefined
    known = { session: undefined }
    grants.clear()
    await secrets.erase('session')
    if (wasSignedIn) events.emit('session.changed', { isSignedIn: false })
  }

  const takeGrant = (operation: Operation): string => {
    const token = grants.get(keyOf(operation))
    if (token === undefined) throw stepUpRequired(operation)
    grants.delete(keyOf(operation))
    return token
  }

  return {
    current,
    credentials: async () => {
      const session = await current()
      if (session === undefined) throw new AppError('SESSION_ENDED', 'Nobody is signed in.')
      return { kind: 'bearer', token: session.token }
    },
    keep: async (session) => {
      // What the last person proved counts for nobody else.
      grants.clear()
      await secrets.write('session', JSON.stringify(session))
      known = { session }
      events.emit('session.changed', { isSignedIn: true })
    },
    forget,
    forgetRefused: async (token) => {
      if ((await current())?.token === token) await forget()
    },
    holdGrant: (operation, token) => void grants.set(keyOf(operation), token),
    hasGrant: (operation) => grants.has(keyOf(operation)),
    takeGrant,
    useGrant: async (operation, work) => {
      const token = takeGrant(operation)
      try {
        return await work(token)
      } catch (error) {
        const isSpent =
          !isAppError(error) ||
          ['STEP_UP_REQUIRED', 'SESSION_ENDED', 'SERVER_UNREACHABLE'].includes(error.code)
        if (!isSpent) grants.set(keyOf(operation), token)
        throw error
      }
    },
  }
}

function stepUpRequired(operation: Operation): AppError {
  const { kind, ...about } = operation
  const ids = 'subject' in about ? {} : about
  return new AppError('STEP_UP_REQUIRED', 'This needs a second factor once more.', {
    details: { operation: kind, ...ids },
  })
}

/** The same text for the same operation, in whatever order its fields came. */
function keyOf(operation: Operation): string {
  const fields = Object.entries(operation).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(fields)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
