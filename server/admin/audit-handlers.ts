import { AppError } from '../../shared/errors.ts'
import { readChain, searchAudit } from '../audit/search.ts'
import { verifyAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from '../http/handler.ts'

export function auditAdminHandlers({
  store,
}: ServerDeps): Pick<Handlers, 'adminAudit' | 'adminVerifyAudit' | 'adminExportAudit'> {
  return {
    adminAudit: async ({ before, limit, ...filter }) =>
      await searchAudit(store.db, filter, { before, limit }),

    async adminVerifyAudit({ sequence, hash }) {
      if (sequence === undefined && hash === undefined) return await verifyAudit(store)
      if (sequence === undefined || hash === undefined) {
        throw new AppError('INPUT_INVALID', 'A head has a number and a hash.', {
          details: { paths: [sequence === undefined ? 'sequence' : 'hash'], reason: 'incomplete' },
        })
      }
      return await verifyAudit(store, { sequence, hash })
    },

    adminExportAudit: async (page) => await readChain(store.db, page),
  }
}
