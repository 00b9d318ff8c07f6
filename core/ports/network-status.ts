import { execFile } from 'node:child_process'

/** Whether traffic costs money. Unknown never keeps a backup from running. */
export interface NetworkStatus {
  isMetered(): Promise<boolean | 'unknown'>
}

export const unknownNetwork: NetworkStatus = { isMetered: () => Promise.resolve('unknown') }

const question = [
  '--system',
  'get-property',
  'org.freedesktop.NetworkManager',
  '/org/freedesktop/NetworkManager',
  'org.freedesktop.NetworkManager',
  'Metered',
]

/** Asks NetworkManager, where there is one (NMMetered: 1 and 3 are metered, 2 and 4 are not). */
export function linuxNetworkStatus(program: string = 'busctl'): NetworkStatus {
  return {
    isMetered: () =>
      new Promise((resolve) => {
        execFile(program, question, { timeout: 3000 }, (error, output) => {
          const answer = error === null ? /^u ([0-4])/.exec(output)?.[1] : undefined
          if (answer === '1' || answer === '3') resolve(true)
          else if (answer === '2' || answer === '4') resolve(false)
          else resolve('unknown')
        })
      }),
  }
}
