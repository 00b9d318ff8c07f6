const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Bytes for people, in binary units with three significant digits: `0 B`, `1.50 KiB`, `137 MiB`. */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  // 1023.5 would round to 1024 of this unit, which is 1 of the next.
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  if (unit === 0) return `${value} B`
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`
}

/** A count with its noun: `1 file`, `12 files`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`
}
