import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

export interface Measured {
  readonly seconds: number
  readonly stdout: string
}

/** Runs a program to its end and times it. @throws Error when it fails, with the end of what it said. */
export async function timed(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  acceptedExitCodes: readonly number[] = [0],
): Promise<Measured> {
  const startedAt = performance.now()
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const seconds = (performance.now() - startedAt) / 1000
  if (exitCode === null || !acceptedExitCodes.includes(exitCode)) {
    throw new Error(
      `${program} ${args[0] ?? ''} ended with ${exitCode}: ${Buffer.concat(errors).toString().slice(-500)}`,
    )
  }
  return { seconds, stdout: Buffer.concat(output).toString() }
}

/** What a running process used so far (Linux: proc(5)); undefined elsewhere. */
export function usageOf(pid: number): { cpuSeconds: number; peakMegabytes: number } | undefined {
  if (process.platform !== 'linux') return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  // Clock ticks a second are 100 on every Linux that Node runs on.
  return { cpuSeconds: ticks / 100, peakMegabytes: Number(peak?.[1] ?? 0) / 1024 }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) throw new Error('A median needs a value.')
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(shown))]
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => String(row[column] ?? '').length)),
  )
  const line = (row: readonly (string | number)[]): string =>
    `| ${row.map((cell, column) => String(cell).padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join(
    '\n',
  )
}

function shown(value: string | number): string {
  if (typeof value === 'string') return value
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1)
}
