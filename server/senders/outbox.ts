import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoOf, type Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { SmsSender } from './sender.ts'

/**
 * Writes each message as a JSON file `{ at, to, text }` into a folder that only the server's own account can
 * read, for trying the product out. File names sort by time; a file appears whole.
 */
export function outboxSender(folder: string, clock: Clock): SmsSender {
  let count = 0
  return {
    async send({ to, text }) {
      const at = isoOf(clock.nowMs())
      count += 1
      const order = String(count).padStart(6, '0')
      const name = `${at.replaceAll(':', '-')}-${order}-${randomBytes(4).toString('hex')}.json`
      const file = join(folder, name)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await chmod(folder, 0o700)
        await writeFile(`${file}.part`, `${JSON.stringify({ at, to, text })}\n`, { mode: 0o600, flag: 'wx' })
        await rename(`${file}.part`, file)
      } catch (error) {
        throw new AppError('SEND_FAILED', 'The outbox folder cannot be written.', {
          cause: error,
          details: { reason: 'provider-unreachable' },
        })
      }
    },
  }
}
