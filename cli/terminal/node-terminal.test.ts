import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { nodeTerminal } from './node-terminal.ts'
import { colourPainter } from './terminal.ts'

function streams(isTTY: boolean) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()].map((stream) =>
    Object.assign(stream, { isTTY, columns: 80 }),
  )
  const parts = { stdin, stdout, stderr, environment: {} } as unknown as Parameters<typeof nodeTerminal>[0]
  const text = (stream: 'stdout' | 'stderr'): string =>
    String((parts[stream] as unknown as PassThrough).read())
  return { terminal: nodeTerminal(parts), text }
}

// Retitles the window, clears the screen, turns back and hides: a server could have put it into any text.
const planted = '+49…78\u001b]0;title\u0007\u001b[2J\u009b1A\r\u001b[8m\u202e'
const shown = '+49…78\\x1b]0;title\\x07\\x1b[2J\\x9b1A\\x0d\\x1b[8m\\u202e'

it('lets no text of somebody else steer the terminal, and keeps its own colours, lines and tabs', () => {
  const { terminal, text } = streams(true)
  const red = colourPainter('red', 'Error:')
  terminal.out(`${red}\t${planted}\nnext`)
  expect(text('stdout')).toBe(`${red}\t${shown}\nnext\n`)
  terminal.remark(planted)
  expect(text('stderr')).toContain(shown)
  terminal.status(planted)
  expect(text('stderr')).toBe(`\r\u001b[2K${shown}`)
})

it('asks no question that steers the terminal', async () => {
  const { terminal, text } = streams(false)
  const answer = terminal.ask({ text: planted })
  expect(text('stderr')).toBe(`${shown}\n`)
  terminal.close()
  await answer.catch(() => undefined)
})

it('gives a result to a program as it is', () => {
  const { terminal, text } = streams(false)
  terminal.out('a\u001b[2Jb')
  expect(text('stdout')).toBe('a\u001b[2Jb\n')
})
