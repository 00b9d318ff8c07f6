import { z } from 'zod'
import type { FactorRow } from '../store/tables.ts'

/** What is kept of a passkey: public all of it. */
export const credentialSchema = z.object({
  /** The domain that it was made for; it answers for no other. */
  rpId: z.string(),
  /** COSE key in base64url. */
  publicKey: z.string(),
  /** How often it has signed, as it says; 0 where it does not count. */
  counter: z.number().int().min(0),
  /** How a browser reaches it. */
  transports: z.array(z.string()),
  /** May be copied to further devices of its owner, and whether it has been. */
  isSynced: z.boolean(),
  isBackedUp: z.boolean(),
})
export type Credential = z.infer<typeof credentialSchema>

export function credentialOf({ credential }: Pick<FactorRow, 'credential'>): Credential {
  if (credential === null) throw new Error('A passkey without a credential.')
  return credentialSchema.parse(JSON.parse(credential))
}

/** The passkeys among these that a page of this domain can use. */
export function passkeysFor<F extends FactorRow>(factors: readonly F[], rpId: string): F[] {
  return factors.filter((factor) => factor.method === 'passkey' && credentialOf(factor).rpId === rpId)
}
