import { BrowserWindow, session } from 'electron'
import { printPreferences } from '../window/web-preferences.ts'

const scheme = 'print'

/**
 * Shows the system's print dialog for a document of our own. The document may hold a recovery key: it lives in
 * memory only, in a session that is forgotten, runs no script and can fetch nothing.
 */
export async function printDocument(html: string): Promise<void> {
  const partition = session.fromPartition('print', { cache: false })
  partition.protocol.handle(scheme, () => new Response(html, { headers: printHeaders }))
  const window = new BrowserWindow({ show: false, webPreferences: printPreferences() })
  try {
    await window.loadURL(`${scheme}://document/`)
    await new Promise<void>((resolve) => {
      window.webContents.print({ silent: false, printBackground: true }, () => resolve())
    })
  } finally {
    window.destroy()
    partition.protocol.unhandle(scheme)
    await partition.clearStorageData()
  }
}

const printHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  'cache-control': 'no-store',
}
