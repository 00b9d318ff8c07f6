import { describe, expect, it } from 'vitest'
import type { Lease } from '../../shared/model/lease.ts'
import { coreParts } from '../session/core.fixture.ts'
import { leaseRepository } from './lease-repository.ts'

const leaseAt = (repositoryPath: string): Lease =>
  ({
    id: `lea_${'a'.repeat(22)}`,
    secret: 'secret',
    repositoryPath,
    backupSet: { repositoryId: `rep_${'a'.repeat(22)}`, keyId: `key_${'a'.repeat(22)}` },
  }) as unknown as Lease

describe('the repository of a lease', () => {
  it.each([
    'https://evil.example/restic/',
    '//evil.example/restic/',
    '/\\evil.example/restic/',
    '\\\\evil.example/restic/',
    '/\t/evil.example/restic/',
    'restic/',
    '',
  ])('is never at another address than the server’s, whatever path it names: %j', async (path) => {
    const parts = await coreParts()
    try {
      await expect(leaseRepository(parts, leaseAt(path))).rejects.toMatchObject({
        code: 'SERVER_ANSWER_UNKNOWN',
      })
    } finally {
      await parts.remove()
    }
  })

  it('is below the server’s address', async () => {
    const parts = await coreParts()
    try {
      await parts.secrets.write(`repository-key/key_${'a'.repeat(22)}`, 'HFK1')
      const repository = await leaseRepository(parts, leaseAt('/restic/rep_x/'))
      expect(repository).toMatchObject({ address: 'https://cbs.example', path: '/restic/rep_x/' })
    } finally {
      await parts.remove()
    }
  })
})
