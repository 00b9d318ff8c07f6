import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Message } from '../senders/messages.ts'

/** Sends beside the request: how long a provider takes must not tell whether anything was sent. */
export function sendBeside(deps: AuthDeps, message: Message, failure: string): void {
  deps.messages.send(message).catch((error: unknown) => {
    deps.log.error({ err: error }, failure)
  })
}
