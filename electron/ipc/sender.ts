import { isOurPage } from '../page/page-address.ts'

/** Where an IPC message came from, taken from Electron's event. */
export interface Sender {
  readonly webContentsId: number
  /** Null when the frame has gone or moved on since it sent. */
  readonly frame: { readonly url: string; readonly isTop: boolean } | null
}

/**
 * Whether a message is from our window's own page: its web contents, its top frame, our origin.
 * A frame inside it, another window and a page that was navigated away are strangers.
 */
export function isOurSender(sender: Sender, ourWebContentsId: number | undefined): boolean {
  if (ourWebContentsId === undefined || sender.webContentsId !== ourWebContentsId) return false
  return sender.frame !== null && sender.frame.isTop && isOurPage(sender.frame.url)
}
