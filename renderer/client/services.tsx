import { createContext, use, type ReactNode } from 'react'
import type { ClientApi } from '../../shared/client-api.ts'
import type { Clock } from '../../shared/clock.ts'
import type { HostAbilities } from '../host/host-abilities.ts'

/** All that the interface needs from outside; one of each is given to `App`. */
export interface Services {
  readonly api: ClientApi
  readonly host: HostAbilities
  readonly clock: Clock
}

const ServicesContext = createContext<Services | null>(null)

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>
}

export function useServices(): Services {
  const services = use(ServicesContext)
  if (services === null) throw new Error('The interface was drawn outside of ServicesProvider.')
  return services
}
