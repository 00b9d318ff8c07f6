const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A length of time in its two largest units, rounded down: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < minuteMs) return `${Math.floor(ms / 1000)} s`
  if (ms < hourMs) return two(ms, minuteMs, 'min', 1000, 's')
  if (ms < dayMs) return two(ms, hourMs, 'h', minuteMs, 'min')
  return two(ms, dayMs, 'd', hourMs, 'h')
}

function two(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const bigCount = Math.floor(ms / bigMs)
  const smallCount = Math.floor((ms - bigCount * bigMs) / smallMs)
  return smallCount === 0 ? `${bigCount} ${big}` : `${bigCount} ${big} ${smallCount} ${small}`
}

/** An instant as seen from now: `just now`, `5 minutes ago`, `in 2 hours`, `3 days ago`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - atMs)
  if (distanceMs < minuteMs / 2) return 'just now'
  const words = inWords(distanceMs)
  return atMs > nowMs ? `in ${words}` : `${words} ago`
}

function inWords(ms: number): string {
  // Each limit is where rounding would reach one of the next unit.
  if (ms < 59.5 * minuteMs) return counted(Math.max(1, Math.round(ms / minuteMs)), 'minute')
  if (ms < 23.5 * hourMs) return counted(Math.round(ms / hourMs), 'hour')
  return counted(Math.max(1, Math.round(ms / dayMs)), 'day')
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** An instant on the wall clock of this computer's time zone: `2026-01-05 09:30`. */
export function formatInstant(iso: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  const parts = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  }).formatToParts(new Date(iso))
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}
