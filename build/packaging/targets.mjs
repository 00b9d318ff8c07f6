// What `npm run dist` can be asked for.

/**
 * One entry for each package that we offer. `parts` says whose engine and Node it carries: Windows on ARM runs the
 * x64 ones, of which there are pinned releases.
 */
export const targets = [
  {
    id: 'linux-x64',
    platform: 'linux',
    arch: 'x64',
    parts: 'linux-x64',
    formats: ['deb', 'rpm', 'tar.gz', 'AppImage'],
  },
  {
    id: 'linux-arm64',
    platform: 'linux',
    arch: 'arm64',
    parts: 'linux-arm64',
    formats: ['deb', 'rpm', 'tar.gz', 'AppImage'],
  },
  { id: 'win32-x64', platform: 'win32', arch: 'x64', parts: 'win32-x64', formats: ['zip', 'nsis', 'msi'] },
  {
    id: 'win32-arm64',
    platform: 'win32',
    arch: 'arm64',
    parts: 'win32-x64',
    formats: ['zip', 'nsis', 'msi'],
  },
  { id: 'darwin-x64', platform: 'darwin', arch: 'x64', parts: 'darwin-x64', formats: ['dmg', 'pkg', 'zip'] },
  {
    id: 'darwin-arm64',
    platform: 'darwin',
    arch: 'arm64',
    parts: 'darwin-arm64',
    formats: ['dmg', 'pkg', 'zip'],
  },
]

/** electron-builder's name of a platform, which is also the one in its `${os}`. */
export const builderName = { linux: 'linux', win32: 'win', darwin: 'mac' }

export function programName(platform, name) {
  return platform === 'win32' ? `${name}.exe` : name
}
