export interface EventsOptions {
  readonly connect: () => Promise<Response>
  readonly onEvent: (name: string, data: string) => void
  /** The stream was lost and is there again. */
  readonly onBack: () => void
  /** Between two tries; tests need not wait. */
  readonly pauseMs?: number
}

/**
 * Hears server-sent events (WHATWG HTML 9.2) and connects again for as long as the page is open. Not by an
 * `EventSource`: that can send no header, and the key of the session goes in one.
 */
export function hearEvents({ connect, onEvent, onBack, pauseMs = 1_000 }: EventsOptions): void {
  let wasLost = false
  const hear = async (): Promise<void> => {
    const response = await connect()
    if (!response.ok || response.body === null) return
    if (wasLost) onBack()
    wasLost = false
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const take = eventParser(onEvent)
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      take(value)
    }
  }
  const goOn = (): void => {
    wasLost = true
    setTimeout(() => void hear().then(goOn, goOn), pauseMs)
  }
  void hear().then(goOn, goOn)
}

/** Takes a stream in pieces of any size and calls for each whole event of it. */
export function eventParser(onEvent: EventsOptions['onEvent']): (piece: string) => void {
  let rest = ''
  let name = ''
  let data: string[] = []
  const takeLine = (line: string): void => {
    if (line.startsWith('event:')) name = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    if (line !== '') return
    if (name !== '' && data.length > 0) onEvent(name, data.join('\n'))
    name = ''
    data = []
  }
  return (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) takeLine(line.replace(/\r$/, ''))
  }
}
