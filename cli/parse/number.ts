import { AppError } from '../../shared/errors.ts'

/** A whole number from 0, as a flag's value. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new AppError('INPUT_INVALID', `"${text}" is no whole number.`)
  return Number(text)
}
