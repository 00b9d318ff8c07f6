import { describe, expect, it } from 'vitest'
import { defaultRetention, isShorterRetention, retentionSchema } from './model/backup-set.ts'
import { defaultPolicy, limitsSchema, policySchema } from './model/policy.ts'

describe('the default policy', () => {
  it('requires a second factor', () => {
    expect(defaultPolicy.secondFactor).toBe('required')
  })

  it('has the limits of the design', () => {
    expect(defaultPolicy.limits).toMatchObject({
      passcodeDigits: 6,
      passcodeMinutes: 5,
      triesPerChallenge: 5,
      failuresBeforeLock: 10,
      lockMinutes: 15,
      failuresHardStop: 100,
      resendCooldownSeconds: 30,
      resendsPerChallenge: 3,
      sendsPerNumberPer10Minutes: 5,
      sendsPerNumberPerDay: 10,
      trustedDeviceHours: 48,
    })
    expect(defaultPolicy.protection.retentionLockDays).toBe(30)
  })
})

describe('a limit', () => {
  it.each([
    ['passcodeDigits', 5, 11],
    ['passcodeMinutes', 4, 11],
    ['triesPerChallenge', 2, 11],
    ['resendCooldownSeconds', 14, 301],
    ['resendsPerChallenge', 0, 11],
    ['failuresHardStop', 19, 101],
  ])('%s has bounds that no administrator can leave', (name, tooLow, tooHigh) => {
    expect(limitsSchema.safeParse({ [name]: tooLow }).success).toBe(false)
    expect(limitsSchema.safeParse({ [name]: tooHigh }).success).toBe(false)
  })

  it('outside its bounds makes the whole policy invalid', () => {
    expect(policySchema.safeParse({ limits: { triesPerChallenge: 1000 } }).success).toBe(false)
  })
})

describe('a retention policy', () => {
  it('that keeps nothing is refused', () => {
    const nothing = Object.fromEntries(Object.keys(defaultRetention).map((rule) => [rule, 0]))
    expect(retentionSchema.safeParse(nothing).success).toBe(false)
  })

  it.each(Object.keys(defaultRetention).filter((rule) => rule !== 'keepHourlyCount'))(
    'is shorter when %s sinks',
    (rule) => {
      expect(isShorterRetention(defaultRetention, { ...defaultRetention, [rule]: 0 })).toBe(true)
    },
  )

  it('is not shorter when it only keeps more', () => {
    expect(isShorterRetention(defaultRetention, { ...defaultRetention, keepDailyCount: 90 })).toBe(false)
    expect(isShorterRetention(defaultRetention, defaultRetention)).toBe(false)
  })

  it('is shorter when one rule sinks while another grows', () => {
    expect(
      isShorterRetention(defaultRetention, { ...defaultRetention, keepDailyCount: 1, keepYearlyCount: 99 }),
    ).toBe(true)
  })
})
