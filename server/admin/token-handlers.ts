import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Handlers } from '../http/handler.ts'
import { actingOf } from './acting-of.ts'
import { listApiTokens, makeApiToken, revokeApiToken } from './api-tokens.ts'

export function tokenAdminHandlers(
  deps: AuthDeps,
): Pick<Handlers, 'adminTokens' | 'adminMakeToken' | 'adminRevokeToken'> {
  return {
    adminTokens: async () => ({ tokens: await listApiTokens(deps) }),

    async adminMakeToken({ userId, grantToken, ...input }, call) {
      const operation = { kind: 'make-token', userId } as const
      return await makeApiToken(deps, userId, input, actingOf(deps, call, { operation, grantToken }))
    },

    async adminRevokeToken({ tokenId }, call) {
      await revokeApiToken(deps, tokenId, actingOf(deps, call))
      return { done: true }
    },
  }
}
