import { displayWidth } from './width.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/**
 * Rows under their titles, as wide as they need; the last column is not padded. Nothing is cut off: a name
 * that was shortened could not be copied.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? ''
        const space = ' '.repeat((widths[index] ?? 0) - displayWidth(cell))
        if (column.align === 'right') return space + cell
        return index === columns.length - 1 ? cell : cell + space
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map((column) => column.title)), ...rows.map(line)]
}
