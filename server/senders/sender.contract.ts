import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import type { SmsMessage, SmsSender } from './sender.ts'

/** A sender together with the place where its messages can be seen and where it can be made to fail. */
export interface SenderUnderTest {
  readonly sender: SmsSender
  /** What arrived, in order. */
  readonly arrived: () => Promise<readonly SmsMessage[]>
  /** From now on nothing can be sent. */
  readonly breakDown: () => Promise<void>
}

/** Every SmsSender obeys this. A new one adds one line, not new tests. */
export function smsSenderContract(name: string, create: () => Promise<SenderUnderTest>): void {
  describe(`${name} as a sender of messages`, () => {
    it('passes number and text on as they are, in order', async () => {
      const { arrived, sender } = await create()
      const messages: SmsMessage[] = [
        { to: '+4915112345678', text: 'XYWD-581883 is the code for "demo & user"\nMüller 🔒 CBS' },
        { to: '+85237991234', text: '100 % = all + more' },
      ]
      for (const message of messages) await sender.send(message)
      expect(await arrived()).toEqual(messages)
    })

    it('says that a message could not be sent, why, and never what it said', async () => {
      const { breakDown, sender } = await create()
      await breakDown()
      const failed = sender.send({ to: '+4915112345678', text: 'XYWD-581883' })
      const error: unknown = await failed.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(AppError)
      expect(error).toMatchObject({
        code: 'SEND_FAILED',
        details: { reason: expect.any(String) as unknown },
      })
      expect(JSON.stringify([error, String(error)])).not.toContain('581883')
    })
  })
}
