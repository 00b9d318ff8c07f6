import { contextBridge, ipcRenderer } from 'electron'
import type { DesktopBridge } from '../shared/host-api.ts'
import { channels } from './ipc/channels.ts'

/**
 * All that the window gets of this computer: the client's requests and events and the host's abilities.
 * Channels are fixed here; what is sent is checked on the other side.
 */
const bridge: DesktopBridge = {
  request: (name, input) => ipcRenderer.invoke(channels.clientRequest, name, input) as Promise<unknown>,
  on: (name, listener) => listen(channels.clientEvent, name, listener),
  host: {
    request: (name, input) => ipcRenderer.invoke(channels.hostRequest, name, input) as Promise<unknown>,
    on: (name, listener) => listen(channels.hostEvent, name, listener),
  },
}

function listen(channel: string, name: string, listener: (payload: unknown) => void): () => void {
  // The event object stays here: it carries the means to send on any channel.
  const entry = (_event: unknown, sent: unknown, payload: unknown): void => {
    if (sent === name) listener(payload)
  }
  ipcRenderer.on(channel, entry)
  return () => void ipcRenderer.off(channel, entry)
}

contextBridge.exposeInMainWorld('holdfast', bridge)
