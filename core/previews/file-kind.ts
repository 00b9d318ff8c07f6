import type { FilePreview } from '../../shared/model/preview.ts'

export type PictureType = Extract<FilePreview, { kind: 'picture' }>['mediaType']

/** How files of each kind begin. Only what every browser draws and nothing that can hold a script: no SVG. */
const pictures: readonly (readonly [PictureType, RegExp])[] = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['image/avif', /^[^]{4}ftypavi[fs]/],
]

/** The kind of picture by its first bytes: a name says nothing about what is in a file. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return pictures.find(([, beginning]) => beginning.test(head))?.[0]
}

/**
 * The text in bytes; undefined when they are none. UTF-8, UTF-16 with its mark, and what old programs of
 * Western Europe wrote.
 *
 * @param isCut whether more follows: the last character may then be half
 */
export function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le', isCut)
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be', isCut)
  if (bytes.some(isControl)) return undefined
  return decoded(bytes, 'utf-8', isCut) ?? decoded(bytes, 'windows-1252', isCut)
}

function decoded(bytes: Uint8Array, encoding: string, isCut: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isCut })
  } catch {
    return undefined
  }
}

/** Control characters that no text has; tab, line ends, page break and escape (coloured logs) it may have. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1b
}
