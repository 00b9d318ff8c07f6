import type { SecretStoreKind } from '../../shared/client-api.ts'
import { askYesNo, isUnanswered } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { request, requestOnly } from '../request.ts'

/**
 * Makes sure that secrets have a place before the first one exists. Where the computer has no credential
 * store, a file is used only when somebody says so.
 *
 * @throws ProblemError SECRET_STORE_UNAVAILABLE when nobody said so
 */
export async function ensureSecretStore(
  context: CommandContext,
  chosen: SecretStoreKind | undefined,
): Promise<void> {
  const { secretStore } = await requestOnly(context, 'app.status', {})
  if (chosen !== undefined && chosen !== secretStore.kind) {
    await request(context, 'app.chooseSecretStore', { kind: chosen })
    return
  }
  if (secretStore.state !== 'unavailable' || secretStore.kind === 'file') return
  if (!(await agreesToFile(context))) {
    throw new ProblemError({
      code: 'SECRET_STORE_UNAVAILABLE',
      message: 'This computer offers no credential store, and no file was agreed to.',
    })
  }
  await request(context, 'app.chooseSecretStore', { kind: 'file' })
}

async function agreesToFile(context: CommandContext): Promise<boolean> {
  if (!context.terminal.isInteractive) return false
  context.terminal.remark('This computer offers no credential store (keyring).')
  const text = 'Keep the secrets in a file of the profile that only you can read?'
  try {
    return await askYesNo(context, 'secret store', text, false)
  } catch (error) {
    if (isUnanswered(error)) return false
    throw error
  }
}
