import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { profileFolder } from '../core/profile/profile-folder.ts'
import { isAppError } from '../shared/errors.ts'
import { linkScheme } from './deep-link/deep-link.ts'
import { declarePageScheme } from './page/page-scheme.ts'
import { start } from './start.ts'
import { lockDown } from './window/lock-down.ts'
import { languageFor, wordsOf } from './words/words.ts'

const profile = profileFolder({
  platform: process.platform,
  env: process.env,
  homeFolder: homedir(),
  currentFolder: process.cwd(),
})

// All of this must be settled before Electron is ready. Chromium's own files are part of the profile: then
// HOLDFAST_HOME moves everything, and there is one window for each profile.
mkdirSync(profile, { recursive: true, mode: 0o700 })
app.setName('Holdfast')
app.setPath('userData', join(profile, 'window'))
app.setAppUserModelId('com.holdfast.desktop')
// Root, as in a container, cannot have Chromium's sandbox and must say so by the switch; nobody else goes without.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Nothing of ours is fetched by Chromium; it must not look for anything by itself either.
app.commandLine.appendSwitch('disable-background-networking')
app.commandLine.appendSwitch('disable-component-update')
declarePageScheme()

if (app.requestSingleInstanceLock()) {
  const refused = (what: string, address: string): void => {
    process.stderr.write(`refused: ${what} ${address}\n`)
  }
  lockDown(app, refused)
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme)
  app
    .whenReady()
    .then(() => start(profile), cannotStart)
    .catch(cannotStart)
} else {
  // The window that is open already was told, and shows itself.
  app.quit()
}

function cannotStart(error: unknown): void {
  const words = wordsOf(languageFor(null, app.getPreferredSystemLanguages()))
  const reason = isAppError(error) ? error.message : String(error)
  process.stderr.write(`${reason}\n`)
  dialog.showErrorBox(words.notOpenTitle, reason)
  app.exit(1)
}
