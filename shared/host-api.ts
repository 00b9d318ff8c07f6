import { z } from 'zod'
import type { Reply } from './client-api.ts'

const nothing = z.object({})
const done = z.object({ done: z.literal(true) })
const pathSchema = z.string().min(1).max(4096)

export const themeSchema = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof themeSchema>

/** Languages that the interface speaks (BCP 47). */
export const languageSchema = z.enum(['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-CN', 'ar'])
export type Language = z.infer<typeof languageSchema>

/** Screens that a link, a notification or a menu may open. Opening one starts nothing. */
export const linkedScreenSchema = z.enum(['home', 'restore', 'activity', 'security', 'settings', 'about'])
export type LinkedScreen = z.infer<typeof linkedScreenSchema>

/** What a person set about the window on this computer. */
export const windowSettingsSchema = z.object({
  theme: themeSchema,
  /** Null = the system's. */
  language: languageSchema.nullable(),
  zoomFactor: z.number().min(0.5).max(3),
  startAtSignIn: z.boolean(),
  /** Closing the window leaves the program, and with it the schedule, running in the tray. */
  keepRunning: z.boolean(),
  notify: z.boolean(),
})
export type WindowSettings = z.infer<typeof windowSettingsSchema>

export const updateStateSchema = z.discriminatedUnion('kind', [
  /** Updates come another way: the package manager or the administrator. */
  z.object({ kind: z.literal('managed') }),
  z.object({ kind: z.literal('current') }),
  z.object({ kind: z.literal('checking') }),
  z.object({ kind: z.literal('available'), version: z.string() }),
  z.object({ kind: z.literal('downloading'), version: z.string(), doneFraction: z.number() }),
  z.object({ kind: z.literal('ready'), version: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])
export type UpdateState = z.infer<typeof updateStateSchema>

/**
 * What the desktop window can do for the interface beyond the client itself. The daemon's page has none of it:
 * there the interface uses what a browser offers.
 *
 * Each ability asks the person or shows something; none reads or writes a file that the person did not choose.
 */
export const hostRequests = {
  describe: {
    input: nothing,
    output: z.object({
      platform: z.enum(['windows', 'macos', 'linux']),
      /** Best first, as the system says (BCP 47). */
      systemLanguages: z.array(z.string()),
      versions: z.record(z.string(), z.string()),
      settings: windowSettingsSchema,
      /** Ordinary places of this user that exist. */
      places: z.array(
        z.object({ kind: z.enum(['home', 'desktop', 'documents', 'pictures', 'mail']), path: z.string() }),
      ),
    }),
  },
  changeSettings: { input: windowSettingsSchema.partial(), output: windowSettingsSchema },
  /** The system's own picker; empty when the person cancelled. */
  pickFolders: {
    input: z.object({ title: z.string().max(200), isMultiple: z.boolean().default(false) }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  pickFiles: {
    input: z.object({ title: z.string().max(200), isMultiple: z.boolean().default(false) }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  /** Reads one small text file that the person picks: a recovery kit, a certificate. Null when cancelled. */
  readPickedText: {
    input: z.object({ title: z.string().max(200) }),
    output: z.object({ text: z.string().nullable() }),
  },
  /** Writes a text where the person chooses, readable by them only. Null when cancelled. */
  saveText: {
    input: z.object({ suggestedName: z.string().min(1).max(200), text: z.string().max(5_000_000) }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Prints a page of our own making; nothing in it is run or fetched. */
  printPage: {
    input: z.object({ html: z.string().max(5_000_000) }),
    output: z.object({ wasPrinted: z.boolean() }),
  },
  copyText: { input: z.object({ text: z.string().max(100_000) }), output: done },
  /** Opens an https or mailto address in the person's own browser or mail program. */
  openLink: { input: z.object({ address: z.string().max(2000) }), output: done },
  /** Shows a file or folder in the file manager, without opening it. */
  showInFolder: { input: z.object({ path: pathSchema }), output: done },
  notify: {
    input: z.object({ title: z.string().max(200), body: z.string().max(1000) }),
    output: done,
  },
  checkForUpdate: { input: nothing, output: updateStateSchema },
  downloadUpdate: { input: nothing, output: updateStateSchema },
  /** Ends the program, asking first when a run is under way, and starts the new version. */
  installUpdate: { input: nothing, output: done },
} as const

export const hostEvents = {
  'screen.asked': z.object({ screen: linkedScreenSchema }),
  'settings.changed': windowSettingsSchema,
  'update.changed': updateStateSchema,
} as const

export type HostRequest = keyof typeof hostRequests
export type HostEvent = keyof typeof hostEvents
export type HostCall<R extends HostRequest> = z.input<(typeof hostRequests)[R]['input']>
export type HostInput<R extends HostRequest> = z.infer<(typeof hostRequests)[R]['input']>
export type HostOutput<R extends HostRequest> = z.infer<(typeof hostRequests)[R]['output']>
export type HostEventPayload<E extends HostEvent> = z.infer<(typeof hostEvents)[E]>

export type HostHandlers = {
  readonly [R in HostRequest]: (input: HostInput<R>) => Promise<HostOutput<R>>
}

/** `window.holdfast.host` in the desktop window. As with ClientApi, a request never rejects. */
export interface HostAbilities {
  request<R extends HostRequest>(name: R, input: HostCall<R>): Promise<Reply<HostOutput<R>>>
  /** Returns the function that stops listening. */
  on<E extends HostEvent>(name: E, listener: (payload: HostEventPayload<E>) => void): () => void
}

/** `window.holdfast`, which the desktop window's preload exposes. */
export interface DesktopBridge {
  request(name: string, input: unknown): Promise<unknown>
  on(name: string, listener: (payload: unknown) => void): () => void
  readonly host: {
    request(name: string, input: unknown): Promise<unknown>
    on(name: string, listener: (payload: unknown) => void): () => void
  }
}
