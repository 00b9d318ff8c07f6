import { describe, expect, it } from 'vitest'
import { isAppError, type ErrorDetails } from '../../shared/errors.ts'
import { defaultPolicy, limitsSchema, protectionSchema } from '../../shared/model/policy.ts'
import { changedPolicy, changeFrom, settingsOf } from './policy-settings.ts'

function refusal(work: () => unknown): ErrorDetails | undefined {
  try {
    work()
  } catch (error) {
    if (isAppError(error, 'INPUT_INVALID')) return error.details
    throw error
  }
  return undefined
}

/** Settings that stand in no group. */
const plain = (settings: object): { readonly limits?: object; readonly protection?: object } => settings

describe('the settings of a policy', () => {
  it('are all listed, each limit with its meaning and its bounds', () => {
    const settings = settingsOf(defaultPolicy)
    const names = settings.map(({ name }) => name)
    for (const key of Object.keys(limitsSchema.shape)) expect(names).toContain(`limits.${key}`)
    for (const key of Object.keys(protectionSchema.shape)) expect(names).toContain(`protection.${key}`)
    for (const { name, description } of settings.filter((each) => each.name.includes('.')))
      expect(description, name).not.toBe('')
  })

  it.each<[string, { readonly limits?: object; readonly protection?: object }]>([
    ['limits.passcodeMinutes=10', { limits: { passcodeMinutes: 10 } }],
    ['secondFactor=offered', plain({ secondFactor: 'offered' })],
    ['mayDismissOffer=false', plain({ mayDismissOffer: false })],
    ['methods=totp,backup-code', plain({ methods: ['totp', 'backup-code'] })],
    ['protection.quotaBytes=null', { protection: { quotaBytes: null } }],
    ['protection.quotaBytes=1000', { protection: { quotaBytes: 1000 } }],
  ])('%s changes that one and keeps all others', (assignment, change) => {
    expect(changedPolicy(defaultPolicy, changeFrom([assignment]))).toEqual({
      ...defaultPolicy,
      ...change,
      limits: { ...defaultPolicy.limits, ...change.limits },
      protection: { ...defaultPolicy.protection, ...change.protection },
    })
  })

  it('outside their bounds are refused, all of them, with what they may be', () => {
    const change = changeFrom(['limits.passcodeDigits=4', 'protection.retentionLockDays=0', 'methods='])
    const details = refusal(() => changedPolicy(defaultPolicy, change))
    expect(details?.['paths']).toEqual(['methods', 'limits.passcodeDigits', 'protection.retentionLockDays'])
    expect(details?.['bounds']).toEqual([
      expect.stringContaining('methods: '),
      expect.stringContaining('6–10'),
      expect.stringContaining('1–3650'),
    ])
  })

  it.each([
    ['nonsense=1', ['nonsense']],
    ['limits.nonsense=1', ['limits.nonsense']],
    ['limits.passcodeDigits.deep=1', ['limits.passcodeDigits']],
    ['__proto__.isAdmin=true', ['__proto__']],
    ['constructor.prototype.x=1', ['constructor']],
    ['limits=5', ['limits']],
    ['no-value', ['set']],
  ])('%s is refused at its path and changes no prototype', (assignment, paths) => {
    expect(refusal(() => changedPolicy(defaultPolicy, changeFrom([assignment])))?.['paths']).toEqual(paths)
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  it.each([null, [], 'text', 5])('are not changed by %j', (change) => {
    expect(refusal(() => changedPolicy(defaultPolicy, change))?.['paths']).toEqual(['(root)'])
  })
})
