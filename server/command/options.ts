import { InvalidArgumentError } from 'commander'

/** Parsers of option values; commander reports what they refuse as wrong usage. */
export function portNumber(text: string): number {
  return wholeNumber(text, 0, 65_535)
}

export function countUpTo(max: number): (text: string) => number {
  return (text) => wholeNumber(text, 1, max)
}

export function instant(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Give a time such as 2026-03-01T12:00:00Z.')
  return ms
}

/** For an option that may be repeated. */
export function repeated(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text]
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
  }
  return value
}
