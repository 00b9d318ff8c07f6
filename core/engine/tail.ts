/** The last lines of an output, bounded in number and length: what an error message quotes. */
export interface Tail {
  add(line: string): void
  lines(): string[]
}

export function tail(maxLines: number, maxLength: number): Tail {
  const kept: string[] = []
  return {
    add: (line) => {
      kept.push(line.length > maxLength ? `${line.slice(0, maxLength)}…` : line)
      if (kept.length > maxLines) kept.shift()
    },
    lines: () => Array.from(kept),
  }
}
