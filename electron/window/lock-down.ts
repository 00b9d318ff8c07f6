import type { App, Session, WebContents } from 'electron'
import { isOurPage } from '../page/page-address.ts'

/**
 * Denies what no page of ours ever needs, for every web contents that this program will ever have: going to
 * another address, opening windows, embedding web views, every permission, every download and device.
 */
export function lockDown(app: App, onRefused: (what: string, address: string) => void): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, onRefused))
  app.on('session-created', (session) => lockSession(session))
}

function lockContents(contents: WebContents, onRefused: (what: string, address: string) => void): void {
  const refuse =
    (what: string) =>
    (event: { preventDefault(): void; url: string }): void => {
      if (isOurPage(event.url)) return
      event.preventDefault()
      onRefused(what, event.url)
    }
  contents.on('will-navigate', refuse('navigation'))
  contents.on('will-redirect', refuse('redirection'))
  contents.on('will-frame-navigate', refuse('navigation of a frame'))
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
    onRefused('web view', '')
  })
  contents.setWindowOpenHandler(({ url }) => {
    onRefused('window', url)
    return { action: 'deny' }
  })
}

function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}
