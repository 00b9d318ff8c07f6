import { z } from 'zod'
import type { TestServer } from '../harness/server.ts'
import type { EndUser } from './person.ts'

const shownSchema = z.object({
  user: z.object({ id: z.string(), email: z.string().nullable() }),
  factors: z.array(
    z.object({
      method: z.string(),
      label: z.string(),
      isProven: z.boolean(),
      codesLeft: z.number().nullable(),
    }),
  ),
})
const entriesSchema = z.object({
  entries: z.array(
    z.object({
      actor: z.string(),
      action: z.string(),
      outcome: z.string(),
      details: z.object({ method: z.string().optional(), reason: z.string().optional() }).optional(),
    }),
  ),
})

/** What the server has stored about a user, as its command shows it to an administrator. */
export async function account(server: TestServer, { loginName }: EndUser) {
  return shownSchema.parse((await server.command('user', 'show', loginName, '--json')).json())
}

/** The methods that a user has registered, those of one kind once each. */
export async function methodsOf(server: TestServer, user: EndUser): Promise<string[]> {
  const { factors } = await account(server, user)
  return factors.map(({ method, isProven }) => (isProven ? method : `${method}?`)).sort()
}

/**
 * What the audit log has of a user, newest first, in the log's own words: `sign-in.finished ok email`.
 *
 * @param action such as `recovery.started`, or a subject such as `recovery.`
 */
export async function audited(server: TestServer, user: EndUser, action: string): Promise<string[]> {
  const { user: found } = await account(server, user)
  const args = ['--actor', `user:${found.id}`, '--action', action, '--json']
  const { entries } = entriesSchema.parse((await server.command('audit', 'search', ...args)).json())
  return entries.map((entry) => {
    const { method, reason } = entry.details ?? {}
    return [entry.action, entry.outcome, method, reason].filter((each) => each !== undefined).join(' ')
  })
}
