import type { AlertId, SenderId, SenderTestId } from '../../shared/model/ids.ts'
import type { Channel, ProviderName, SenderCount } from '../../shared/model/sender.ts'
import type { AlertKind } from '../../shared/model/alert.ts'

/** A configured way to send messages (shared/model/sender.ts). */
export interface SenderRow {
  id: SenderId
  name: string
  /** JSON array. */
  channels: string
  position: number
  isEnabled: 0 | 1
  /** JSON of the provider's settings without its secrets. */
  settings: string
  /** JSON of the secrets by name, sealed to the row and to where they are sent. */
  secretsSealed: string
  version: number
}

/** A passcode that shows that a sender works, until it was typed back. */
export interface SenderTestRow {
  id: SenderTestId
  senderId: string
  channel: Channel
  /** Null when the provider made the code. */
  codeMac: string | null
  /** JSON of the provider's verification; null when we made the code. */
  verification: string | null
  triesLeft: number
  expiresAt: number
}

export interface SenderCountRow {
  /** Days since the epoch, UTC. */
  day: number
  senderId: string
  provider: ProviderName
  channel: Channel
  /** ISO 3166-1 alpha-2; empty where there is none. */
  country: string
  outcome: SenderCount['outcome']
  /** Empty where no price was told. */
  currency: string
  count: number
  priceMicros: number
}

/** A number that somebody asked to register: what SMS pumping is recognised by. Kept for two days. */
export interface NumberRegistrationRow {
  number: string
  /** The number without its last digits: numbers of one block belong together. */
  prefix: string
  lastAt: number
}

/** Something that administrators must hear of, once for each cause and day. */
export interface AlertRow {
  id: AlertId
  kind: AlertKind
  /** What it is about; unique with `day`. */
  cause: string
  /** Days since the epoch, UTC. */
  day: number
  /** JSON of `alertSchema.details`. */
  details: string
  count: number
  firstAt: number
  lastAt: number
  notifiedAt: number | null
  acknowledgedAt: number | null
  acknowledgedBy: string | null
}
