import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linuxNetworkStatus } from './network-status.ts'
import { linuxPowerStatus } from './power-status.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

type Supply = Readonly<Record<string, string>>

it.each<[string, Record<string, Supply>, boolean | 'unknown']>([
  ['without any supply that the kernel knows', {}, 'unknown'],
  ['on mains', { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery' } }, false],
  ['unplugged', { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery' } }, true],
  [
    'charged over USB',
    { AC: { type: 'Mains', online: '0' }, ucsi: { type: 'USB', online: '1' }, BAT0: { type: 'Battery' } },
    false,
  ],
  ['with a battery and no sign of mains', { BAT0: { type: 'Battery', scope: 'System' } }, true],
  ['whose only battery is in the mouse', { mouse: { type: 'Battery', scope: 'Device' } }, false],
])('a computer %s is on battery: %s', async (_what, supplies, expected) => {
  for (const [name, files] of Object.entries(supplies)) {
    await mkdir(join(folder, name))
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), `${text}\n`)
  }
  expect(await linuxPowerStatus(folder).isOnBattery()).toBe(expected)
})

it('a computer without that folder does not know', async () => {
  expect(await linuxPowerStatus(join(folder, 'none')).isOnBattery()).toBe('unknown')
})

it.each<[string, boolean | 'unknown']>([
  ['u 0', 'unknown'],
  ['u 1', true],
  ['u 2', false],
  ['u 3', true],
  ['u 4', false],
  ['Failed to get property', 'unknown'],
])('a network of which NetworkManager says "%s" is metered: %s', async (answer, expected) => {
  const program = join(folder, 'busctl')
  await writeFile(program, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 })
  expect(await linuxNetworkStatus(program).isMetered()).toBe(expected)
})

it('a computer without NetworkManager does not know', async () => {
  expect(await linuxNetworkStatus(join(folder, 'none')).isMetered()).toBe('unknown')
})
