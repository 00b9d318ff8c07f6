import { isClientRequest } from '../../shared/answer.ts'
import {
  clientEvents,
  clientRequests,
  type ClientApi,
  type ClientCall,
  type ClientEvent,
  type ClientRequest,
  type Reply,
} from '../../shared/client-api.ts'
import { AppError, inputError, problemFrom } from '../../shared/errors.ts'
import type { HostHandlers, LinkedScreen } from '../host/host-contract.ts'
import { answerHost } from './answer-host.ts'
import { channels } from './channels.ts'
import { isOurSender, type Sender } from './sender.ts'

/** What the bridge needs of Electron's ipcMain: answers to `invoke`. */
export interface Invocations {
  handle(channel: string, answer: (sender: Sender, name: unknown, input: unknown) => Promise<unknown>): void
}

/** The window's page as somebody who is told things. */
export interface PageListener {
  readonly webContentsId: number
  send(channel: string, ...values: readonly unknown[]): void
  /** Waits for a page that is still loading, which would hear nothing: a link may have started the program. */
  sendOnceThere(channel: string, ...values: readonly unknown[]): void
}

export interface WindowBridgeDeps {
  readonly api: ClientApi
  readonly host: HostHandlers
  readonly invocations: Invocations
  /** The window's page; undefined while there is no window. */
  page(): PageListener | undefined
  /** Logs a failure that nobody foresaw and returns the id that finds it. */
  onUnexpected(error: unknown): string
  onRefused(sender: Sender, channel: string): void
}

export interface WindowBridge {
  /** Opens a screen of the page. */
  showScreen(screen: LinkedScreen): void
  close(): void
}

/**
 * Lets the window's page, and nobody else, use the client and the host.
 *
 * 1. Every message is checked for its sender before anything of it is looked at.
 * 2. Every message is answered with a Reply; nothing rejects, nothing of an unknown failure is told.
 * 3. Events go to our page only.
 */
export function openWindowBridge(deps: WindowBridgeDeps): WindowBridge {
  const guarded =
    (channel: string, answer: (name: unknown, input: unknown) => Promise<Reply<unknown>>) =>
    async (sender: Sender, name: unknown, input: unknown): Promise<Reply<unknown>> => {
      if (!isOurSender(sender, deps.page()?.webContentsId)) {
        deps.onRefused(sender, channel)
        return { ok: false, problem: problemFrom(new AppError('NOT_ALLOWED', 'Only the window may ask.')) }
      }
      return answer(name, input)
    }
  deps.invocations.handle(
    channels.clientRequest,
    guarded(channels.clientRequest, (name, input) => answerClient(deps, name, input)),
  )
  deps.invocations.handle(
    channels.hostRequest,
    guarded(channels.hostRequest, (name, input) =>
      answerHost(deps.host, name, input, (error) => deps.onUnexpected(error)),
    ),
  )
  const stops = (Object.keys(clientEvents) as ClientEvent[]).map((event) =>
    deps.api.on(event, (payload) => deps.page()?.send(channels.clientEvent, event, payload)),
  )
  return {
    showScreen: (screen) => deps.page()?.sendOnceThere(channels.screenAsked, screen),
    close: () => {
      for (const stop of stops) stop()
    },
  }
}

async function answerClient(deps: WindowBridgeDeps, name: unknown, input: unknown): Promise<Reply<unknown>> {
  try {
    if (typeof name !== 'string' || !isClientRequest(name)) {
      throw new AppError('NOT_FOUND', 'There is no request of that name.')
    }
    return await forward(deps.api, name, input)
  } catch (error) {
    if (error instanceof AppError) return { ok: false, problem: problemFrom(error) }
    return { ok: false, problem: problemFrom(error, deps.onUnexpected(error)) }
  }
}

/** Checked here although core checks too: what comes from a page is never passed on as it came. */
async function forward<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: unknown,
): Promise<Reply<unknown>> {
  const parsed = clientRequests[name].input.safeParse(input)
  if (!parsed.success) throw inputError(parsed.error)
  return api.request(name, parsed.data as ClientCall<R>)
}
