import { describe, expect, it } from 'vitest'
import { profileFolder, type Surroundings } from './profile-folder.ts'

const linux: Surroundings = { platform: 'linux', env: {}, homeFolder: '/home/ann', currentFolder: '/work' }
const mac: Surroundings = { ...linux, platform: 'darwin', homeFolder: '/Users/ann' }
const windows: Surroundings = {
  platform: 'win32',
  env: { APPDATA: 'C:\\Users\\ann\\AppData\\Roaming' },
  homeFolder: 'C:\\Users\\ann',
  currentFolder: 'D:\\work',
}

describe('the profile folder', () => {
  it.each([
    ['on Linux is below .local/share', linux, '/home/ann/.local/share/holdfast'],
    [
      'follows XDG_DATA_HOME on Linux',
      { ...linux, env: { XDG_DATA_HOME: '/data/ann' } },
      '/data/ann/holdfast',
    ],
    [
      'ignores a relative XDG_DATA_HOME, as its specification says',
      { ...linux, env: { XDG_DATA_HOME: 'data' } },
      '/home/ann/.local/share/holdfast',
    ],
    ['on macOS is in Application Support', mac, '/Users/ann/Library/Application Support/Holdfast'],
    [
      'does not follow XDG_DATA_HOME on macOS',
      { ...mac, env: { XDG_DATA_HOME: '/x' } },
      '/Users/ann/Library/Application Support/Holdfast',
    ],
    ['on Windows is in the roaming profile', windows, 'C:\\Users\\ann\\AppData\\Roaming\\Holdfast'],
    ['moves with HOLDFAST_HOME', { ...linux, env: { HOLDFAST_HOME: '/mnt/stick' } }, '/mnt/stick'],
    [
      'takes a relative HOLDFAST_HOME from the current folder',
      { ...linux, env: { HOLDFAST_HOME: 'here' } },
      '/work/here',
    ],
    ['moves with HOLDFAST_HOME on Windows', { ...windows, env: { HOLDFAST_HOME: 'E:\\p' } }, 'E:\\p'],
    [
      'treats an empty HOLDFAST_HOME as none',
      { ...linux, env: { HOLDFAST_HOME: '' } },
      '/home/ann/.local/share/holdfast',
    ],
  ] as const)('%s', (_rule, surroundings, folder) => {
    expect(profileFolder(surroundings)).toBe(folder)
  })
})
