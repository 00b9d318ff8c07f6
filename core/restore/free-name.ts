import { lstat } from 'node:fs/promises'
import { codeOf } from '../profile/system-error.ts'
import { joinBytes, lastNameOf, parentOf } from './bytes-path.ts'

/** The longest name that common file systems take, in bytes. */
const longestName = 255

/** `name (restored 2026-11-23 18.05).ext`, in the time of the place where the person is. */
export function restoredName(name: Buffer, at: Date, number: number): Buffer {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}.${two(at.getMinutes())}`
  const mark = Buffer.from(` (restored ${day} ${time}${number === 1 ? '' : ` ${number}`})`)
  const dot = name.lastIndexOf('.')
  // A dot in front is no extension, and a very long "extension" is none either.
  const isExtension = dot > 0 && name.length - dot <= 20
  const extension = isExtension ? name.subarray(dot) : Buffer.alloc(0)
  const stem = isExtension ? name.subarray(0, dot) : name
  const room = longestName - mark.length - extension.length
  return Buffer.concat([cut(stem, room), mark, extension])
}

/** A path beside `path` that nothing has yet. */
export async function freePathBeside(path: Buffer, at: Date): Promise<Buffer> {
  for (let number = 1; ; number += 1) {
    const candidate = joinBytes(parentOf(path), restoredName(lastNameOf(path), at, number))
    if (!(await exists(candidate))) return candidate
  }
}

async function exists(path: Buffer): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Cuts bytes, but not inside a character of UTF-8. */
function cut(bytes: Buffer, length: number): Buffer {
  if (bytes.length <= length) return bytes
  let end = length
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}
