import { randomBytes } from 'node:crypto'
import type { SecretName, SecretStore } from '../ports/secret-store.ts'
import { locked, unavailable, type KeytarProcess } from './keytar-process.ts'

const service = 'Holdfast'
/** keytar refuses empty secrets; with a mark in front there are none. */
const mark = '1:'

/**
 * The operating system's credential store, by keytar.
 *
 * A locked keyring on Linux answers "no such secret" (seen with gnome-keyring 42 and no screen to ask on).
 * So an absence is believed only after a write has proven that the store is open.
 *
 * @param profileId keeps the profiles of one computer apart.
 */
export function systemSecretStore(profileId: string, keytar: KeytarProcess): SecretStore {
  const account = (name: SecretName): string => `${profileId}/${name}`

  const proveOpen = async (): Promise<void> => {
    // Random, because several may prove it at once.
    const probe = `${profileId}/probe-${randomBytes(6).toString('hex')}`
    await keytar.call('setPassword', service, probe, `${mark}probe`)
    if ((await keytar.call('deletePassword', service, probe)) !== true) {
      throw locked('it forgets what is written')
    }
  }

  const find = async (name: SecretName): Promise<string | null> => {
    const found = await keytar.call('getPassword', service, account(name))
    return typeof found === 'string' ? found : null
  }

  const read = async (name: SecretName): Promise<string | undefined> => {
    let found = await find(name)
    if (found === null) {
      await proveOpen()
      found = await find(name)
    }
    if (found === null) return undefined
    if (!found.startsWith(mark)) throw unavailable('it holds something under our name that is not ours')
    return found.slice(mark.length)
  }

  return {
    kind: 'system',
    place: placeOn(process.platform),
    read,
    write: async (name, secret) => {
      await keytar.call('setPassword', service, account(name), mark + secret)
      if ((await find(name)) !== mark + secret) throw locked('what was written cannot be read back')
    },
    erase: async (name) => {
      const wasThere = await keytar.call('deletePassword', service, account(name))
      if (wasThere === true) return
      await proveOpen()
      await keytar.call('deletePassword', service, account(name))
    },
  }
}

function placeOn(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'macOS keychain'
  if (platform === 'win32') return 'Windows Credential Manager'
  return 'keyring of the desktop (Secret Service)'
}
