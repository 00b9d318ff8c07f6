import { describe, expect, it } from 'vitest'
import { deviceId, setId } from '../testing/fake-data.ts'
import { operationFor } from './operation-for.ts'

const backupSetId = setId('a')

describe('the operation of a refused request', () => {
  it.each(['restore', 'shorten-retention', 'delete-set', 'resume-brake'] as const)(
    '%s is about its set',
    (kind) => {
      expect(operationFor(kind, { backupSetId })).toEqual({ kind, backupSetId })
      expect(operationFor(kind, {})).toBeUndefined()
    },
  )

  it('to revoke a computer is about that computer', () => {
    expect(operationFor('revoke-device', { deviceId: deviceId('b') })).toEqual({
      kind: 'revoke-device',
      deviceId: deviceId('b'),
    })
  })

  it.each(['change-factors', 'change-password', 'change-settings', 'export-key', 'opt-out'] as const)(
    '%s is about nothing else',
    (kind) => {
      expect(operationFor(kind, { backupSetId })).toEqual({ kind })
    },
  )

  it('that this version does not know is none', () => {
    expect(operationFor('launch', {})).toBeUndefined()
    expect(operationFor(undefined, {})).toBeUndefined()
  })
})
