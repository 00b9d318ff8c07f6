import { describe, expect, it } from 'vitest'
import { typedAccountSchema } from './recovery.ts'
import { clientInfoSchema } from './sign-in.ts'

const client = { name: 'holdfast', version: '0.1.0', platform: 'linux', hostName: 'pc-1' }

describe('what anybody may send', () => {
  it('names accounts without control characters, which PostgreSQL cannot look for', () => {
    expect(typedAccountSchema.safeParse('anna@example.org').success).toBe(true)
    expect(typedAccountSchema.safeParse('an\u0000na').success).toBe(false)
  })

  it('says of its computer one line without control characters, which people decide by and which is stored', () => {
    expect(clientInfoSchema.safeParse(client).success).toBe(true)
    for (const name of ['name', 'version', 'platform', 'hostName']) {
      expect(clientInfoSchema.safeParse({ ...client, [name]: 'pc\u0000' }).success, name).toBe(false)
      expect(clientInfoSchema.safeParse({ ...client, [name]: 'pc\nx' }).success, name).toBe(false)
    }
  })
})
