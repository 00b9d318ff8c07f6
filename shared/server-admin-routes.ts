import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { apiTokenSchema, newApiTokenSchema } from './model/administration.ts'
import { apiTokenIdSchema, userIdSchema } from './model/ids.ts'

const done = z.object({ done: z.literal(true) })
/** Of a step-up for the operation that the route names. An API token that may do it has none. */
const grantToken = z.string().min(1).max(200).optional()

/** What administrators do with the server as a whole. */
export const serverAdminRoutes = defineRoutes({
  adminTokens: {
    permission: 'admin-read-server',
    admin: { token: null, proof: 'session' },
    method: 'GET',
    path: '/admin/tokens',
    summary: 'API tokens, newest first, with their last use; never the tokens themselves',
    reply: z.object({ tokens: z.array(apiTokenSchema) }),
  },
  adminMakeToken: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/tokens',
    summary: 'Make an API token for an API user; it is shown this once (grant `make-token`)',
    body: newApiTokenSchema.extend({ userId: userIdSchema, grantToken }),
    reply: z.object({ token: apiTokenSchema, secret: z.string() }),
  },
  adminRevokeToken: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'fresh' },
    method: 'DELETE',
    path: '/admin/tokens/:tokenId',
    summary: 'Revoke an API token; it opens nothing from the next request on',
    params: z.object({ tokenId: apiTokenIdSchema }),
    reply: done,
  },
})
