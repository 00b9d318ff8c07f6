import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { CommandIo } from './io.ts'
import { serverProgram } from './program.ts'
import { runServerCommand } from './run.ts'

let dataFolder = ''

beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-arguments-'))
})

afterAll(async () => {
  await rm(dataFolder, { recursive: true, force: true })
})

describe('a command of the server', () => {
  it(
    'answers senseless arguments with what is wrong, never with something unexpected',
    { timeout: 120_000 },
    async () => {
      const leaves = leavesOf(serverProgram(ioFor('').io)).filter((words) => words[0] !== 'start')
      expect(leaves.length).toBeGreaterThan(15)
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...leaves), senseless, fc.string(), async (words, args, input) => {
          const { io, written } = ioFor(input)
          const exitCode = await runServerCommand([...words, ...args, '--data', dataFolder], io)
          expect(exitCode, `${words.join(' ')} ${JSON.stringify(args)}: ${written.join('')}`).not.toBe(1)
          expect(written.join('')).not.toContain('UNEXPECTED')
        }),
        { numRuns: 150 },
      )
    },
  )
})

/** Values that break programs which trust what they are given. */
const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '-',
    '--',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '\u0000',
    '\n',
    '💥',
    'null',
    '1e999',
    '-1',
  ),
  fc.constant('x'.repeat(5000)),
  fc.constantFrom(
    'dev_AAAAAAAAAAAAAAAAAAAAAA',
    'rep_AAAAAAAAAAAAAAAAAAAAAA',
    '+4915123456789',
    'Default',
    'admin',
  ),
)
const flag = fc.constantFrom(
  '--json',
  '--set',
  '--phone',
  '--role',
  '--group',
  '--repository',
  '--since',
  '--limit',
  '--password-stdin',
  '--provider',
  '--channel',
  '--secret-file',
  '--secret-stdin',
)
const senseless = fc.array(fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: flag }), {
  maxLength: 5,
})

function leavesOf(command: Command, words: readonly string[] = []): string[][] {
  if (command.commands.length === 0) return [[...words]]
  return command.commands.flatMap((child) => leavesOf(child, [...words, child.name()]))
}

function ioFor(input: string): { io: CommandIo; written: string[] } {
  const written: string[] = []
  const io: CommandIo = {
    environment: {},
    clock: new FakeClock(),
    out: (text) => void written.push(text),
    err: (text) => void written.push(text),
    readInput: () => Promise.resolve(input),
    readLine: () => Promise.resolve(input),
    actor: 'command:test',
    onStop: () => undefined,
  }
  return { io, written }
}
