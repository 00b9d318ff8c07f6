export type Cell = string | number | boolean | null

/** Plain columns for people; programs ask for `--json`. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [titles, ...rows.map((row) => row.map(cellText))]
  const widths = titles.map((_title, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))))
  return texts
    .map((row) =>
      row
        .map((text, column) => pad(text, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** Text of somebody else must not move the cursor, colour the terminal or turn the writing direction. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Binary units with three digits, such as `137 MiB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const unit = Math.min(units.length - 1, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** unit
  return `${unit === 0 ? value : value.toPrecision(value < 1000 ? 3 : 4)} ${units[unit] ?? ''}`
}

/** To the minute, in UTC. */
export function timeText(value: number | string | null): string {
  if (value === null) return '–'
  return `${new Date(value).toISOString().slice(0, 16).replace('T', ' ')}Z`
}

function cellText(cell: Cell): string {
  if (cell === null) return '–'
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  return printable(String(cell))
}

const graphemes = new Intl.Segmenter()

function widthOf(text: string): number {
  return [...graphemes.segment(text)].length
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
