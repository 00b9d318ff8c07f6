import type { SecretStoreKind } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'

export function parseSecretStore(text: string): SecretStoreKind {
  if (text === 'system' || text === 'file') return text
  throw new AppError('INPUT_INVALID', 'A secret store is system or file.')
}
