import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const text = readFileSync(fileURLToPath(new URL('../electron-builder.yml', import.meta.url)), 'utf8')

/** The `name: value` lines of one top-level block, without comments. */
function block(name: string): Record<string, string> {
  const body = new RegExp(`^${name}:\\n((?:[ #].*\\n|\\n)+)`, 'm').exec(text)?.[1] ?? ''
  return Object.fromEntries(
    [...body.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, key = '', value = '']) => [key, value]),
  )
}

function lock(name: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../build/${name}`, import.meta.url)), 'utf8'))
}

describe('a packaged program', () => {
  it('has its fuses set: no Node for others, only its own unchanged code, no rights of file://', () => {
    expect(block('electronFuses')).toEqual({
      runAsNode: 'false',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableCookieEncryption: 'true',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
    })
  })

  it('is an asar without any node_modules', () => {
    expect(text).toMatch(/^asar: true$/m)
    expect(text).toContain("- '!**/node_modules/**'")
    expect(text).not.toContain('asarUnpack')
  })

  it('never removes a person’s profile, which holds the keys to their backups', () => {
    expect(block('nsis')['deleteAppDataOnUninstall']).toBe('false')
  })

  it('runs hardened and notarised on macOS, with no more than what V8 needs', () => {
    expect(block('mac')).toMatchObject({ hardenedRuntime: 'true', notarize: 'true' })
    for (const name of ['entitlements.plist', 'entitlements-inherited.plist']) {
      const plist = readFileSync(
        fileURLToPath(new URL(`../build/packaging/macos/${name}`, import.meta.url)),
        'utf8',
      )
      expect([...plist.matchAll(/<key>(.+)<\/key>/g)].map(([, key]) => key)).toEqual([
        'com.apple.security.cs.allow-jit',
      ])
    }
  })

  it('opens no file of any kind', () => {
    expect(text).toMatch(/^fileAssociations: \[\]$/m)
  })
})

describe('what a package carries', () => {
  it('is pinned by hash: the engine', () => {
    const { archives } = lock('engine.lock.json') as { archives: Record<string, { sha256: string }> }
    expect(Object.keys(archives)).toEqual(
      expect.arrayContaining(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']),
    )
    for (const { sha256 } of Object.values(archives)) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is pinned by hash: Node, of the version that this repository uses', () => {
    const { version, packages } = lock('packaging/node.lock.json') as {
      version: string
      packages: Record<string, { integrity: string }>
    }
    const about = lock('../package.json') as { devDependencies: Record<string, string> }
    expect(version).toBe(about.devDependencies['node'])
    for (const { integrity } of Object.values(packages)) expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/)
  })
})
