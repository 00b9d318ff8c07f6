import react from '@vitejs/plugin-react'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { componentStyles } from './component-styles.ts'
import { themeVariablesCss } from './theme/theme-variables.ts'

const folder = path.dirname(fileURLToPath(import.meta.url))

/**
 * The theme's variables as a style sheet of the build. The component library would write them into a
 * `<style>` element at run time, which the content security policy (`style-src 'self'`) refuses.
 */
function themeVariables(): Plugin {
  const name = 'virtual:theme-variables.css'
  return {
    name: 'holdfast-theme-variables',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? themeVariablesCss() : undefined),
  }
}

// The interface on its fake client, for pictures and for working on it; never part of the product.
const isDev = process.env['HOLDFAST_RENDERER_DEV'] === '1'

// A build that a test asks for would else carry the development version of React, 70 kB heavier.
process.env['NODE_ENV'] = 'production'

export default defineConfig({
  root: folder,
  // The same build is opened from a file, from the desktop program's own scheme and from the daemon's page.
  base: './',
  plugins: [react(), componentStyles(), themeVariables()],
  build: {
    outDir: path.join(folder, '..', isDev ? '.cache/renderer-dev' : 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome120',
    cssTarget: 'chrome120',
    // Preloading is done by a script element that the policy would have to allow.
    modulePreload: { polyfill: false },
    // A font inside the style sheet would be a `data:` address.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: path.join(folder, isDev ? 'dev/index.html' : 'index.html') },
  },
})
