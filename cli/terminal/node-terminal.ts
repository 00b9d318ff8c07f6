import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'
import { harmless } from '../format/width.ts'
import { colourPainter, mayColour, plainPainter, type Question, type Terminal } from './terminal.ts'

interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly environment: Readonly<Record<string, string | undefined>>
}

const usualColumns = 80

/** The terminal that the process was started on. */
export function nodeTerminal(streams: Streams): Terminal & { close(): void } {
  const { stdin, stdout, stderr } = streams
  const isInteractive = stdin.isTTY && stderr.isTTY
  const lines = scriptedLines(stdin)
  let statusLine = ''
  const showStatus = (line: string): void => {
    if (!stderr.isTTY || line === statusLine) return
    // \r goes to the start of the line and \x1b[2K empties it, whatever its width has become by a resize.
    stderr.write(`\r\u001b[2K${harmless(line)}`)
    statusLine = line
  }
  const besideStatus = (write: () => void): void => {
    const shown = statusLine
    showStatus('')
    write()
    showStatus(shown)
  }
  return {
    isInteractive,
    paint: mayColour(streams.environment, stdout.isTTY && stderr.isTTY) ? colourPainter : plainPainter,
    // A terminal that does not know its width says 0.
    columns: () => (stderr.isTTY && stderr.columns > 0 ? stderr.columns : usualColumns),
    out: (line) => besideStatus(() => void stdout.write(`${stdout.isTTY ? harmless(line) : line}\n`)),
    remark: (line) => besideStatus(() => void stderr.write(`${harmless(line)}\n`)),
    status: showStatus,
    ask: (question) => {
      showStatus('')
      if (isInteractive) return askPerson(streams, question)
      stderr.write(`${textOf(question)}\n`)
      return lines.next()
    },
    readAll: () => lines.rest(),
    close: () => {
      showStatus('')
      lines.close()
    },
  }
}

function textOf(question: Question): string {
  return harmless(typeof question.text === 'string' ? question.text : question.text())
}

/** A person's answer; readline gives editing, and a muted output hides a secret. */
function askPerson({ stdin, stderr }: Streams, question: Question): Promise<string | undefined> {
  let isMuted = false
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isMuted) stderr.write(chunk)
      done()
    },
  })
  const reader = createInterface({ input: stdin, output, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    let isAnswered = false
    const refresh =
      typeof question.text === 'string'
        ? undefined
        : setInterval(() => {
            reader.setPrompt(textOf(question))
            reader.prompt(true)
          }, 1000)
    const end = (): void => {
      clearInterval(refresh)
      if (isMuted) stderr.write('\n')
    }
    reader.on('SIGINT', () => {
      isAnswered = true
      reader.close()
      stderr.write('\n')
      reject(new AppError('CANCELLED', 'Stopped by Ctrl-C.'))
    })
    reader.on('close', () => {
      end()
      if (!isAnswered) resolve(undefined)
    })
    reader.on('line', (line) => {
      isAnswered = true
      resolve(line)
      reader.close()
    })
    if (question.isSecret === true) {
      stderr.write(textOf(question))
      isMuted = true
    } else {
      reader.setPrompt(textOf(question))
    }
    reader.prompt()
  })
}

/** The lines of a pipe or a file, each given out once. Nothing is read before the first is asked for. */
function scriptedLines(stdin: NodeJS.ReadStream): {
  next(): Promise<string | undefined>
  rest(): Promise<string>
  close(): void
} {
  let reader: Interface | undefined
  let iterator: AsyncIterator<string> | undefined
  const lines = (): AsyncIterator<string> => {
    reader ??= createInterface({ input: stdin, crlfDelay: Infinity })
    iterator ??= reader[Symbol.asyncIterator]()
    return iterator
  }
  const next = async (): Promise<string | undefined> => {
    const result = await lines().next()
    return result.done === true ? undefined : result.value
  }
  return {
    next,
    rest: async () => {
      const all: string[] = []
      for (let line = await next(); line !== undefined; line = await next()) all.push(line)
      return all.join('\n')
    },
    close: () => {
      if (reader === undefined) return
      reader.close()
      // A pipe that its writer keeps open must not keep the process alive.
      stdin.destroy()
    },
  }
}
