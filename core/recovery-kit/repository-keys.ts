import { AppError } from '../../shared/errors.ts'
import type { CoreDeps, RepositoryKeys } from '../core-deps.ts'

export function createRepositoryKeys({
  profile,
  secrets,
}: Pick<CoreDeps, 'profile' | 'secrets'>): RepositoryKeys {
  return {
    forNewSets: () => {
      const { key } = profile.settings()
      if (key?.isKitConfirmed === true) return key.keyId
      throw new AppError(
        'KIT_NOT_CONFIRMED',
        'Save the recovery kit first and confirm it: without the kit nobody can restore when this computer is gone.',
      )
    },
    read: async (keyId) => {
      const key = await secrets.read(`repository-key/${keyId}`)
      if (key !== undefined) return key
      throw new AppError(
        'KEY_MISSING',
        `The key ${keyId} is not on this computer. Import the recovery kit that names it.`,
        { details: { keyId } },
      )
    },
  }
}
