import type { RunProgress } from '../../shared/client-api.ts'
import { formatCount, formatSize } from '../format/size.ts'
import { formatDuration } from '../format/time.ts'
import { displayWidth, printable, shortenLeft } from '../format/width.ts'

const stageNames: Record<RunProgress['stage'], string> = {
  preparing: 'preparing',
  scanning: 'scanning',
  transferring: 'transferring',
  finishing: 'finishing',
}

const barWidth = 20
/** A shorter rest of a path says nothing. */
const shortestFile = 12

/** One line that fits the terminal: bar, share, size, speed, time left and, where there is room, a file. */
export function progressLine(progress: RunProgress, columns: number): string {
  const line = [
    ...(progress.doneFraction === null ? [] : [bar(progress.doneFraction), percent(progress.doneFraction)]),
    ...facts(progress),
  ].join('  ')
  // The last column stays empty: some terminals wrap when it is written.
  const room = columns - 1
  if (displayWidth(line) > room) return shortened(progress, room)
  const file = progress.currentFiles[0]
  const left = room - displayWidth(line) - 2
  if (file === undefined || left < shortestFile) return line
  return `${line}  ${shortenLeft(printable(file), left)}`
}

/** The same facts without a bar, for logs. */
export function progressText(progress: RunProgress): string {
  const share = progress.doneFraction === null ? [] : [percent(progress.doneFraction)]
  return [...share, ...facts(progress)].join(', ')
}

function facts(progress: RunProgress): string[] {
  if (progress.stage !== 'transferring') return [stageNames[progress.stage]]
  const total = progress.bytesTotal === null ? '' : ` of ${formatSize(progress.bytesTotal)}`
  return [
    `${formatSize(progress.bytesDone)}${total}`,
    ...(progress.bytesPerSecond > 0 ? [`${formatSize(Math.round(progress.bytesPerSecond))}/s`] : []),
    ...(progress.secondsLeft === null ? [] : [`${formatDuration(progress.secondsLeft * 1000)} left`]),
    ...(progress.leftOutCount > 0 ? [`${formatCount(progress.leftOutCount, 'file')} left out`] : []),
  ]
}

function shortened(progress: RunProgress, room: number): string {
  const line = progress.doneFraction === null ? stageNames[progress.stage] : percent(progress.doneFraction)
  return displayWidth(line) > room ? '' : line
}

function bar(doneFraction: number): string {
  const filled = Math.round(clamp(doneFraction) * barWidth)
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`
}

/** Rounded down: 100 % is said only when all is done. */
function percent(doneFraction: number): string {
  return `${String(Math.floor(clamp(doneFraction) * 100)).padStart(3)} %`
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction))
}
