import { contextBridge, ipcRenderer } from 'electron'
import type { Reply } from '../shared/client-api.ts'
import type { HostCall, HostOutput, HostRequest, LinkedScreen, Preset } from './host/host-contract.ts'
import { channels, presetArgument } from './ipc/channels.ts'

/** The one thing of the page that this script touches; the folder's types know no page. */
declare const location: { hash: string }

/**
 * All that the window's page gets of this computer: the client's requests and events, and the host's abilities
 * in the shape of the interface's `HostAbilities`. Channels are fixed here; what is sent is checked by the
 * other side.
 */
contextBridge.exposeInMainWorld('holdfast', {
  request: (name: string, input: unknown) => ipcRenderer.invoke(channels.clientRequest, name, input),
  on: (name: string, listener: (payload: unknown) => void) => {
    // The event object stays here: it carries the means to send on any channel.
    const entry = (_event: unknown, sent: unknown, payload: unknown): void => {
      if (sent === name) listener(payload)
    }
    ipcRenderer.on(channels.clientEvent, entry)
    return () => void ipcRenderer.off(channels.clientEvent, entry)
  },
  host: {
    kind: 'desktop',
    preset: preset(),
    pickFolders: async () => (await ask('pickFolders', {})).paths,
    pickFiles: async () => (await ask('pickFiles', {})).paths,
    commonFolders: async () => (await ask('commonFolders', {})).folders,
    openExternal: (address: string) => tell('openExternal', { address }),
    setTheme: (theme: HostCall<'setTheme'>['theme']) => tell('setTheme', { theme }),
    setLanguage: (language: HostCall<'setLanguage'>['language']) => tell('setLanguage', { language }),
    loginItem: {
      get: async () => (await ask('loginItem', {})).isOn,
      set: (isOn: boolean) => tell('setLoginItem', { isOn }),
    },
    saveDiagnostics: async () => (await ask('saveDiagnostics', {})).wasSaved,
    copyText: (text: string) => tell('copyText', { text }),
    saveText: async (suggestedName: string, text: string) =>
      (await ask('saveText', { suggestedName, text })).wasSaved,
    printDocument: (html: string) => tell('printDocument', { html }),
    windowSettings: {
      get: () => ask('windowSettings', {}),
      change: (change: HostCall<'changeWindowSettings'>) => ask('changeWindowSettings', change),
    },
    updates: {
      check: () => ask('checkForUpdate', {}),
      download: () => ask('downloadUpdate', {}),
      install: () => tell('installUpdate', {}),
    },
  },
})

ipcRenderer.on(channels.screenAsked, (_event, screen: LinkedScreen) => {
  location.hash = screen === 'home' ? '#/' : `#/${screen}`
})

async function ask<R extends HostRequest>(name: R, input: HostCall<R>): Promise<HostOutput<R>> {
  const reply = (await ipcRenderer.invoke(channels.hostRequest, name, input)) as Reply<HostOutput<R>>
  // Only an error's message crosses into the page.
  if (!reply.ok) throw new Error(`${reply.problem.code}: ${reply.problem.message}`)
  return reply.value
}

async function tell<R extends HostRequest>(name: R, input: HostCall<R>): Promise<void> {
  await ask(name, input)
}

function preset(): Preset | undefined {
  const argument = process.argv.find((each) => each.startsWith(presetArgument))
  if (argument === undefined) return undefined
  return JSON.parse(decodeURIComponent(argument.slice(presetArgument.length))) as Preset
}
