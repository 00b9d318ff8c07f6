import 'virtual:component-styles.css'
import '@mantine/dates/styles.css'
import 'virtual:theme-variables.css'
import './theme/fonts.css'
import './theme/app.css'
import './theme/previews.css'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App, createQueries } from './app.tsx'
import { browserClock } from './client/browser-clock.ts'
import { enterPage, pageApi } from './client/page-api.ts'
import type { Services } from './client/services.tsx'
import { windowBridge } from './client/window-bridge.ts'
import { webHost } from './host/web-host.ts'
import { createTranslations } from './locale/i18n.ts'

// Schemas would otherwise try to compile themselves, which the content security policy refuses.
z.config({ jitless: true })

const queries = createQueries()
const bridge = windowBridge()
if (bridge === undefined) await enterPage()
const services: Services =
  bridge === undefined
    ? { api: pageApi(() => void queries.invalidateQueries()), host: webHost, clock: browserClock }
    : { api: bridge, host: { ...webHost, ...bridge.host }, clock: browserClock }

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no place for the interface.')
createRoot(root).render(
  <App services={services} translations={await createTranslations()} queries={queries} />,
)
