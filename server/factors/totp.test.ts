import { generateSync } from 'otplib'
import { describe, expect, it } from 'vitest'
import { acceptedTotpStep, newTotpSecret, totpAt, totpUri } from './totp.ts'

/** "12345678901234567890" in base32, the secret of both RFCs' test vectors. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('an authenticator’s code', () => {
  it.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('is the one of RFC 4226 appendix D for counter %d', (counter, code) => {
    expect(totpAt(rfcSecret, counter)).toBe(code)
  })

  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('is the one of RFC 6238 appendix B (SHA-1) at %d s', (seconds, eightDigits) => {
    const step = Math.floor(seconds / 30)
    expect(generateSync({ secret: rfcSecret, epoch: seconds, digits: 8 })).toBe(eightDigits)
    // The product's codes have six digits: the last six of the eight.
    expect(totpAt(rfcSecret, step)).toBe(eightDigits.slice(2))
    expect(acceptedTotpStep(rfcSecret, eightDigits.slice(2), seconds * 1000, null)).toBe(step)
  })

  it.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ])('of %d steps away is accepted: %s', (distance, isAccepted) => {
    const nowMs = 1_700_000_015_000
    const step = Math.floor(nowMs / 30_000) + distance
    expect(acceptedTotpStep(rfcSecret, totpAt(rfcSecret, step), nowMs, null)).toBe(isAccepted ? step : null)
  })

  it('at or before the last accepted step is refused, the next is not', () => {
    const nowMs = 1_700_000_015_000
    const step = Math.floor(nowMs / 30_000)
    expect(acceptedTotpStep(rfcSecret, totpAt(rfcSecret, step), nowMs, step)).toBeNull()
    expect(acceptedTotpStep(rfcSecret, totpAt(rfcSecret, step - 1), nowMs, step)).toBeNull()
    expect(acceptedTotpStep(rfcSecret, totpAt(rfcSecret, step + 1), nowMs, step)).toBe(step + 1)
  })

  it('comes from a secret of 160 random bits', () => {
    const secrets = new Set(Array.from({ length: 100 }, newTotpSecret))
    expect(secrets.size).toBe(100)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  })

  it('is set up by a URI that names issuer and account, whatever characters they have', () => {
    const uri = new URL(totpUri(rfcSecret, 'Büro & Söhne', 'a:b/c?d@e'))
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toBe('/Büro & Söhne:a:b/c?d@e')
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: rfcSecret, issuer: 'Büro & Söhne' })
  })
})
