import { DirectionProvider, MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { I18nextProvider, useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import { errorCatalog, isAppError } from '../shared/errors.ts'
import { isServerLost } from './client/server-lost.ts'
import { ServicesProvider, type Services } from './client/services.tsx'
import { directionOf } from './locale/languages.ts'
import { languageOf } from './locale/i18n.ts'
import { RunsProvider } from './running/runs-provider.tsx'
import { Gate } from './shell/gate.tsx'
import { StepUpProvider } from './step-up/step-up-provider.tsx'
import { theme } from './theme/theme.ts'

interface AppProps {
  readonly services: Services
  readonly translations: i18n
  readonly queries: QueryClient
  /** `test` draws dialogs in place and without transitions. */
  readonly env?: 'default' | 'test'
}

/** The whole interface: everything from outside comes in here. */
export function App({ services, translations, queries, env = 'default' }: AppProps) {
  return (
    <I18nextProvider i18n={translations}>
      <Directed>
        {/* The variables are a style sheet of the build (vite.config.ts); a policy refuses style elements. */}
        <MantineProvider
          theme={theme}
          defaultColorScheme="auto"
          withCssVariables={false}
          withGlobalClasses={false}
          env={env}
        >
          <ServicesProvider services={services}>
            <QueryClientProvider client={queries}>
              <StepUpProvider>
                <RunsProvider>
                  <Gate />
                </RunsProvider>
              </StepUpProvider>
            </QueryClientProvider>
          </ServicesProvider>
        </MantineProvider>
      </Directed>
    </I18nextProvider>
  )
}

const tryAgainMs = 5_000

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // Core retries what another try can mend; here only what says "later" gets one more.
        retry: (count, error) => count < 1 && isAppError(error) && errorCatalog[error.code].retry === 'later',
        networkMode: 'always',
        // Who waits for a server that is down sees it come back without a click. Nothing is asked while all is well:
        // that would keep an idle session alive.
        refetchInterval: ({ state }) => (isServerLost(state.error) ? tryAgainMs : false),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}

function Directed({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const direction = directionOf(languageOf(i18n))
  return (
    <DirectionProvider key={direction} initialDirection={direction} detectDirection={false}>
      {children}
    </DirectionProvider>
  )
}
