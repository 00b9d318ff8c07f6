// eslint-disable-next-line no-control-regex -- colour sequences take no room
const colours = /\u001b\[[0-9;]*m/g
// eslint-disable-next-line no-control-regex -- those of terminal.ts, in a group so that splitting keeps them
const allowed = /(\u001b\[(?:1|2|22|31|32|33|39)m|[\n\t])/
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u
const segmenter = new Intl.Segmenter()

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(text.replace(colours, ''))) width += wide.test(segment) ? 2 : 1
  return width
}

/** Shortens from the left, because the end of a path tells more than its beginning. */
export function shortenLeft(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width < 2) return ''
  const segments = Array.from(segmenter.segment(text), (each) => each.segment)
  let used = 1
  let start = segments.length
  while (start > 0) {
    const next = displayWidth(segments[start - 1] ?? '')
    if (used + next > width) break
    used += next
    start -= 1
  }
  return `…${segments.slice(start).join('')}`
}

/** A text that may hold our own colours, lines and tabs, and nothing else that steers a terminal. */
export function harmless(text: string): string {
  return text
    .split(allowed)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('')
}

/**
 * A text of somebody else's (a file name, a server's message) as one harmless line: control characters could
 * move the cursor, hide text or start a terminal's escape sequence.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}
