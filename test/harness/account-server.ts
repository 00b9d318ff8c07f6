import type { AccountServer } from '../fixtures/account.ts'
import type { TestServer } from './server.ts'

/** A running server as the account fixture wants it. */
export function accountServer(server: TestServer): AccountServer {
  return {
    address: server.address,
    command: async (...args) => (await server.command(...args, '--json')).json(),
    async passcode(prefix) {
      const messages = await server.outbox()
      for (const { text } of messages.reverse()) {
        const digits = new RegExp(`${prefix}-(\\d+)`).exec(text)?.[1]
        if (digits !== undefined) return digits
      }
      throw new Error(`No message carries the prefix ${prefix}.`)
    },
  }
}
