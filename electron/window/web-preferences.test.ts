import { describe, expect, it } from 'vitest'
import { printPreferences, webPreferences } from './web-preferences.ts'

describe.each([
  ['the window', webPreferences('/preload.cjs')],
  ['a page that is printed', printPreferences()],
])('%s', (_name, preferences) => {
  it('is sandboxed and isolated, without Node, with web security', () => {
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    })
  })
})

it('a page that is printed runs no script and has no bridge', () => {
  expect(printPreferences()).toMatchObject({ javascript: false, preload: '' })
  expect(printPreferences().partition).not.toMatch(/^persist:/)
})
