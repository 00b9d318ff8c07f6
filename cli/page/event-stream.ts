import type { ServerResponse } from 'node:http'
import { clientEvents, type ClientApi, type ClientEvent } from '../../shared/client-api.ts'

/** Browsers give up on a silent connection, and a closed laptop leaves one that nobody reads. */
const beatMs = 20_000
/** A reader that is this far behind is not reading: it reconnects and asks for the state anew. */
const longestBacklogBytes = 4 * 1024 * 1024

/** Sends the client's events (WHATWG HTML, server-sent events) until either side ends. */
export function streamEvents(api: ClientApi, response: ServerResponse): () => void {
  const send = (text: string): void => {
    if (response.writableLength > longestBacklogBytes) response.destroy()
    else response.write(text)
  }
  send('retry: 1000\n\n')
  const beat = setInterval(() => send(':\n\n'), beatMs)
  const stops = (Object.keys(clientEvents) as ClientEvent[]).map((event) =>
    // JSON has no line break in it, so one data line is the whole payload.
    api.on(event, (payload) => send(`event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`)),
  )
  const stop = (): void => {
    clearInterval(beat)
    for (const each of stops) each()
    response.end()
  }
  response.on('close', stop)
  return stop
}
