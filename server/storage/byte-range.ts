import type { ByteRange } from '../objects/object-store.ts'

export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' }

/**
 * What to send for a Range header (RFC 9110 §14.2). One range of bytes is honoured; several, other units
 * and malformed ones are ignored, which the RFC allows, and the whole object is sent.
 */
export function rangeAnswer(header: string | undefined, sizeBytes: number): RangeAnswer {
  const form = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '')
  const [, from = '', to = ''] = form ?? []
  if (form === null || (from === '' && to === '')) return { kind: 'whole' }
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes)
    // `bytes=-0` asks for nothing, which no part can be.
    return length === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', range: { first: sizeBytes - length, last: sizeBytes - 1 } }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return { kind: 'whole' }
  if (first >= sizeBytes) return { kind: 'unsatisfiable' }
  return {
    kind: 'part',
    range: { first, last: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) },
  }
}
