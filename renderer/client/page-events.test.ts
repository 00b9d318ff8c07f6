import { describe, expect, it } from 'vitest'
import { eventParser, hearEvents } from './page-events.ts'

const stream =
  'retry: 1000\n\n:\n\nevent: a.b\ndata: {"x":"ä"}\n\nevent: c\r\ndata: 1\r\n\r\ndata: lost\n\nevent: half\ndata: 2'

describe('a stream of events', () => {
  it('is the same however it is cut', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      const heard: string[][] = []
      const take = eventParser((name, data) => void heard.push([name, data]))
      take(stream.slice(0, at))
      take(stream.slice(at))
      expect(heard).toEqual([
        ['a.b', '{"x":"ä"}'],
        ['c', '1'],
      ])
    }
  })

  it('is asked for again when it ends, breaks or is refused, and says that it is back', async () => {
    const answers = [
      () => Promise.resolve(new Response('event: one\ndata: 1\n\n')),
      () => Promise.reject(new Error('gone')),
      () => Promise.resolve(new Response('no', { status: 403 })),
      () => Promise.resolve(new Response('event: two\ndata: 2\n\n')),
    ]
    const heard: string[] = []
    await new Promise<void>((resolve) => {
      hearEvents({
        connect: () => answers.shift()?.() ?? new Promise(() => undefined),
        onEvent: (name) => {
          heard.push(name)
          if (name === 'two') resolve()
        },
        onBack: () => void heard.push('back'),
        pauseMs: 0,
      })
    })
    expect(heard).toEqual(['one', 'back', 'two'])
  })
})
