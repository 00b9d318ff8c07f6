import type { WebPreferences } from 'electron'

/** The page gets a browser's means and our bridge, and nothing of Node or Electron. A test holds these. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
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
    // A spelling checker fetches its dictionaries from a third party.
    spellcheck: false,
    safeDialogs: true,
    disableDialogs: true,
  }
}

/** A page that is only printed: no script, no bridge, a storage that is forgotten. */
export function printPreferences(): WebPreferences {
  return { ...webPreferences(''), javascript: false, images: true, partition: 'print' }
}
