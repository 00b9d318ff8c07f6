import type { Language } from '../locale/languages.ts'

export type FolderPreset = 'documents' | 'desktop' | 'pictures' | 'mail' | 'home'

/** What the installation was prepared with by an administrator. */
export interface Preset {
  readonly serverAddress: string | null
}

/** What a person set about the window of a desktop program. */
export interface WindowSettings {
  readonly zoomFactor: number
  /** Closing the window leaves the program running in the tray. */
  readonly keepRunning: boolean
  readonly notify: boolean
}

export type UpdateState =
  /** Updates come another way: from the package manager or the administrator. */
  | { readonly kind: 'managed' }
  | { readonly kind: 'current' }
  | { readonly kind: 'available'; readonly version: string }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * What the surrounding program can do beside `ClientApi`. An ability that is absent is not offered:
 * the interface shows the way without it. Paths are those of the computer that runs the backups.
 */
export interface HostAbilities {
  readonly kind: 'desktop' | 'page'
  readonly preset?: Preset
  /** Absolute paths, or null when the person closed the dialog. */
  readonly pickFolders?: () => Promise<readonly string[] | null>
  readonly pickFiles?: () => Promise<readonly string[] | null>
  readonly commonFolders?: () => Promise<readonly { kind: FolderPreset; path: string }[]>
  readonly openExternal?: (address: string) => Promise<void>
  /** Keeps the native parts (title bar, menus) in step with the chosen theme. */
  readonly setTheme?: (theme: 'light' | 'dark' | 'system') => Promise<void>
  /** Keeps menus, tray and notifications in the language of the window. */
  readonly setLanguage?: (language: Language) => Promise<void>
  readonly windowSettings?: {
    readonly get: () => Promise<WindowSettings>
    readonly change: (change: Partial<WindowSettings>) => Promise<WindowSettings>
  }
  readonly updates?: {
    readonly check: () => Promise<UpdateState>
    readonly download: () => Promise<UpdateState>
    readonly install: () => Promise<void>
  }
  readonly loginItem?: { readonly get: () => Promise<boolean>; readonly set: (on: boolean) => Promise<void> }
  readonly saveDiagnostics?: () => Promise<boolean>
  readonly copyText: (text: string) => Promise<void>
  /** False when the person closed the dialog. */
  readonly saveText: (suggestedName: string, text: string, mediaType: string) => Promise<boolean>
  /** Prints a whole document of its own. Without it `window.print` prints the page's `[data-print]` part. */
  readonly printDocument?: (html: string) => Promise<void>
}
