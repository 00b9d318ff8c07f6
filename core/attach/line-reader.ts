import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'

/**
 * Calls back for each whole line, however the bytes arrive. A line that grows beyond the limit ends the
 * connection: nobody we know sends one.
 */
export function readLines(socket: Socket, longestBytes: number, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let pending: string[] = []
  let pendingLength = 0
  socket.on('data', (chunk: Buffer) => {
    const parts = decoder.write(chunk).split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      const line = pending.join('') + part
      pending = []
      pendingLength = 0
      if (line !== '') onLine(line)
    }
    pending.push(last)
    pendingLength += last.length
    if (pendingLength > longestBytes) socket.destroy()
  })
}
