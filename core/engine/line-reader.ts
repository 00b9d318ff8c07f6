/** Longest line that is kept; what is longer is cut, so that a mad child cannot fill the memory. */
export const usualLineBytes = 1024 * 1024

export interface LineReader {
  push(chunk: Uint8Array): void
  /** The output ended: a last line without a newline is a line too. */
  end(): void
}

/**
 * Turns chunks, split anywhere, into lines. Bytes that are not UTF-8 become U+FFFD.
 *
 * @param onLine gets each line without its end; `isCut` when it was longer than `maxBytes`
 */
export function lineReader(
  onLine: (line: string, isCut: boolean) => void,
  maxBytes: number = usualLineBytes,
): LineReader {
  let parts: Buffer[] = []
  let keptBytes = 0
  let isCut = false

  const keep = (bytes: Buffer): void => {
    const room = maxBytes - keptBytes
    if (bytes.length > room) isCut = true
    if (room === 0 || bytes.length === 0) return
    // A copy: the chunk may be a view on a pool that Node uses again.
    const part = Buffer.from(bytes.subarray(0, room))
    parts.push(part)
    keptBytes += part.length
  }
  const finish = (): void => {
    const line = Buffer.concat(parts).toString('utf8').replace(/\r$/, '')
    const wasCut = isCut
    parts = []
    keptBytes = 0
    isCut = false
    onLine(line, wasCut)
  }

  return {
    push: (chunk) => {
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
        keep(rest.subarray(0, at))
        finish()
        rest = rest.subarray(at + 1)
      }
      keep(rest)
    },
    end: () => {
      if (keptBytes > 0 || isCut) finish()
    },
  }
}
