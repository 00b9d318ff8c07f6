import type { Method } from '../../shared/model/policy.ts'
import { clientInfoSchema } from '../../shared/model/sign-in.ts'

/** Methods that came after the first client was released, which cannot read an answer that names one. */
const laterMethods: readonly string[] = ['push'] satisfies readonly Method[]

/**
 * Whether a client can show a method. Only presentation: it is a claim of the client, and hides from it what it
 * could not read.
 *
 * @param client JSON of `ClientInfo`, as transactions and sessions keep it
 */
export function canShow(client: string, method: string): boolean {
  if (!laterMethods.includes(method)) return true
  return clientInfoSchema.parse(JSON.parse(client)).knows?.includes(method) ?? false
}
