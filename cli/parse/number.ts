import { AppError } from '../../shared/errors.ts'

/** A whole number from 0, as a flag's value. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new AppError('INPUT_INVALID', `"${text}" is no whole number.`)
  return Number(text)
}

/** A TCP port; 0 is any free one. @throws AppError INPUT_INVALID */
export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new AppError('INPUT_INVALID', `"${text}" is no port: give a number from 0 to 65535.`)
}
