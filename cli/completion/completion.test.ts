import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runWithFakes } from '../testing/run-with-fakes.ts'

async function script(shell: string): Promise<string> {
  const { terminal, exitCode } = await runWithFakes(['completion', shell])
  expect(exitCode).toBe(0)
  return terminal.results.join('\n')
}

/** Lets a real bash complete a command line whose last word is unfinished. */
async function complete(...words: string[]): Promise<string[]> {
  const quoted = ['holdfast', ...words].map((word) => `'${word}'`).join(' ')
  const program = [
    await script('bash'),
    `COMP_WORDS=(${quoted})`,
    `COMP_CWORD=${words.length}`,
    '_holdfast',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n')
  const output = execFileSync('bash', ['--norc', '-c', program], { encoding: 'utf8' })
  return output.split('\n').filter((line) => line !== '')
}

describe.skipIf(!existsSync('/bin/bash'))('completion in bash', () => {
  it('offers the commands', async () => {
    expect(await complete('se')).toEqual(['sets', 'sessions'])
  })

  it('offers the commands of a command', async () => {
    expect(await complete('sets', 'un')).toEqual(['undelete'])
    expect(await complete('factors', 'add', '')).toEqual(['phone', 'authenticator', 'push', 'passkey'])
  })

  it('offers the flags of the command and those of all', async () => {
    expect(await complete('sets', 'add', '--keep-w')).toEqual(['--keep-weekly', '--keep-within'])
    expect(await complete('status', '--js')).toEqual(['--json'])
  })

  it('knows the command behind flags and their values', async () => {
    expect(await complete('--home', '/tmp', 'sets', 'pau')).toEqual(['pause'])
  })

  it('leaves names of files to the shell', async () => {
    expect(await complete('backup', 'x')).toEqual([])
  })
})

describe('completion', () => {
  it.each(['zsh', 'fish'])('for %s names every command', async (shell) => {
    const text = await script(shell)
    for (const word of ['login', 'sets', 'resume-brake', 'backup-codes', 'recover'])
      expect(text).toContain(word)
  })

  it('refuses a shell it does not know', async () => {
    expect((await runWithFakes(['completion', 'tcsh'])).exitCode).toBe(2)
  })
})
