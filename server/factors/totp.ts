import { generateSecret, generateSync, generateURI } from 'otplib'
import { isSameSecret } from '../server-key.ts'

/** RFC 6238 as every authenticator app has it: SHA-1, 6 digits, 30 seconds. */
export const totpDigits = 6
const stepSeconds = 30

/** 160 bits, as long as SHA-1's output (RFC 4226 R6), in base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 })
}

export function totpUri(secretBase32: string, issuer: string, accountName: string): string {
  return generateURI({ issuer, label: accountName, secret: secretBase32 })
}

/**
 * The time step whose code this is, or null. One step either side for clocks that differ (RFC 6238 5.2), and
 * never one at or below `lastStep`, so that a code counts once.
 */
export function acceptedTotpStep(
  secretBase32: string,
  code: string,
  nowMs: number,
  lastStep: number | null,
): number | null {
  const current = Math.floor(nowMs / 1000 / stepSeconds)
  for (const step of [current, current - 1, current + 1]) {
    if (step < 0 || (lastStep !== null && step <= lastStep)) continue
    if (isSameSecret(totpAt(secretBase32, step), code)) return step
  }
  return null
}

export function totpAt(secretBase32: string, step: number): string {
  return generateSync({
    secret: secretBase32,
    epoch: step * stepSeconds,
    period: stepSeconds,
    digits: totpDigits,
  })
}
