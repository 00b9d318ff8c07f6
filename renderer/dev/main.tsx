import 'virtual:component-styles.css'
import '@mantine/dates/styles.css'
import 'virtual:theme-variables.css'
import '../theme/fonts.css'
import '../theme/app.css'
import '../theme/previews.css'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App, createQueries } from '../app.tsx'
import { browserClock } from '../client/browser-clock.ts'
import { createTranslations } from '../locale/i18n.ts'
import { sceneOf } from './scenes.ts'

z.config({ jitless: true })

// The interface on the fake client: `?scene=home` and so on, see scenes.ts. Never part of the product's build.
const scene = sceneOf(new URLSearchParams(location.search).get('scene') ?? 'live', browserClock)
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no place for the interface.')
createRoot(root).render(
  <App services={scene} translations={await createTranslations()} queries={createQueries()} />,
)
