import { z } from 'zod'

const nothing = z.object({})
const done = z.object({ done: z.literal(true) })

export const themeSchema = z.enum(['system', 'light', 'dark'])

/** Languages that the interface speaks (BCP 47). */
export const languageSchema = z.enum(['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-CN', 'ar'])
export type Language = z.infer<typeof languageSchema>

/** What a person set about the window on this computer. */
export const windowSettingsSchema = z.object({
  theme: themeSchema,
  /** Null = the system's. */
  language: languageSchema.nullable(),
  zoomFactor: z.number().min(0.5).max(3),
  /** Closing the window leaves the program, and with it the schedule, running in the tray. */
  keepRunning: z.boolean(),
  notify: z.boolean(),
})
export type WindowSettings = z.infer<typeof windowSettingsSchema>

export const updateStateSchema = z.discriminatedUnion('kind', [
  /** Updates come another way: from the package manager or the administrator. */
  z.object({ kind: z.literal('managed') }),
  z.object({ kind: z.literal('current') }),
  z.object({ kind: z.literal('available'), version: z.string() }),
  z.object({ kind: z.literal('ready'), version: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])
export type UpdateState = z.infer<typeof updateStateSchema>

/**
 * What the window's page may ask of this computer beside the client. Each asks the person or shows something;
 * none reads or writes a file that the person did not choose, none runs anything.
 */
export const hostRequests = {
  /** The system's own picker; null when the person closed it. */
  pickFolders: { input: nothing, output: z.object({ paths: z.array(z.string()).nullable() }) },
  pickFiles: { input: nothing, output: z.object({ paths: z.array(z.string()).nullable() }) },
  /** Ordinary places of this user that exist. */
  commonFolders: {
    input: nothing,
    output: z.object({
      folders: z.array(
        z.object({ kind: z.enum(['documents', 'desktop', 'pictures', 'mail', 'home']), path: z.string() }),
      ),
    }),
  },
  /** Opens an https or mailto address in the person's own browser or mail program. */
  openExternal: { input: z.object({ address: z.string().max(2000) }), output: done },
  setTheme: { input: z.object({ theme: themeSchema }), output: done },
  setLanguage: { input: z.object({ language: languageSchema.nullable() }), output: done },
  loginItem: { input: nothing, output: z.object({ isOn: z.boolean() }) },
  setLoginItem: { input: z.object({ isOn: z.boolean() }), output: done },
  /** Facts for support, without secrets, in a file that the person chooses. */
  saveDiagnostics: { input: nothing, output: z.object({ wasSaved: z.boolean() }) },
  copyText: { input: z.object({ text: z.string().max(100_000) }), output: done },
  /** Writes a text where the person chooses, readable by them only. */
  saveText: {
    input: z.object({ suggestedName: z.string().min(1).max(200), text: z.string().max(5_000_000) }),
    output: z.object({ wasSaved: z.boolean() }),
  },
  /** Prints a document of our own making; nothing in it is run or fetched. */
  printDocument: { input: z.object({ html: z.string().max(5_000_000) }), output: done },
  windowSettings: { input: nothing, output: windowSettingsSchema },
  changeWindowSettings: {
    input: windowSettingsSchema.pick({ zoomFactor: true, keepRunning: true, notify: true }).partial(),
    output: windowSettingsSchema,
  },
  checkForUpdate: { input: nothing, output: updateStateSchema },
  downloadUpdate: { input: nothing, output: updateStateSchema },
  /** Ends the program, asking first when a run is under way, and starts the new version. */
  installUpdate: { input: nothing, output: done },
} as const

export type HostRequest = keyof typeof hostRequests
/** What a caller gives: fields with a default may be left out. */
export type HostCall<R extends HostRequest> = z.input<(typeof hostRequests)[R]['input']>
export type HostInput<R extends HostRequest> = z.infer<(typeof hostRequests)[R]['input']>
export type HostOutput<R extends HostRequest> = z.infer<(typeof hostRequests)[R]['output']>

export type HostHandlers = {
  readonly [R in HostRequest]: (input: HostInput<R>) => Promise<HostOutput<R>>
}

/** Screens that a link, a notification or a menu may open. Opening one starts nothing. */
export const linkedScreenSchema = z.enum(['home', 'restore', 'activity', 'account', 'settings', 'about'])
export type LinkedScreen = z.infer<typeof linkedScreenSchema>

/** What the administrator prepared, as the page needs it before it can ask anything. */
export const presetSchema = z.object({
  serverAddress: z.string().nullable(),
})
export type Preset = z.infer<typeof presetSchema>
