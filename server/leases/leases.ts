/** What other subjects use of leases. */
export { authenticateLease } from './authenticate-lease.ts'
export { leaseHandlers } from './lease-handlers.ts'
