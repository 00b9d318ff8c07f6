// Child processes of the scripts.
import { spawn } from 'node:child_process'
import process from 'node:process'
import { onOrphaned } from './orphaned.mjs'

/**
 * Runs a program to its end and resolves with its exit code; never rejects for a code. A program that a signal
 * ended counts as 128 and the signal's number, as shells do.
 *
 * Ctrl-C of a terminal reaches the child by itself, being in the same process group: this process only waits for it
 * to end. Without a terminal a signal is meant for this process alone, and is passed on; so is that whoever started
 * this process is gone.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    const interrupt = () => process.stdin.isTTY || child.kill('SIGINT')
    const pass = () => child.kill('SIGTERM')
    process.on('SIGINT', interrupt)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, pass)
    const stopLooking = onOrphaned(pass)
    const forget = () => {
      process.off('SIGINT', interrupt)
      for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, pass)
      stopLooking()
    }
    child.on('error', (error) => {
      forget()
      reject(error)
    })
    child.on('close', (code, signal) => {
      forget()
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15))
    })
  })
}

/** Runs a program without showing its output; resolves with its code, its stdout and all that it wrote. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let stdout = ''
    let output = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 127, stdout: '', output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, output }))
  })
}
