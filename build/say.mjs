// What the scripts tell: one line for each thing that takes time or was changed, on stderr, so that the output
// of a command that runs behind them stays its own.
import process from 'node:process'

export function say(line) {
  process.stderr.write(`· ${line}\n`)
}

/** Ends the script with a message that says what to do, without a stack trace. */
export function giveUp(...lines) {
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exit(1)
}

export function secondsSince(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
}
