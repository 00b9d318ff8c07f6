import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'

export interface Display {
  /** For the DISPLAY of the environment; undefined where windows need none. */
  readonly name: string | undefined
  close(): void
}

/** The display of this computer, else a virtual one; undefined when there is neither. */
export async function openDisplay(): Promise<Display | undefined> {
  if (process.platform !== 'linux') return { name: undefined, close: () => undefined }
  const own = process.env['DISPLAY']
  if (own !== undefined && own !== '') return { name: own, close: () => undefined }
  const isThere = await stat('/usr/bin/Xvfb').then(
    () => true,
    () => false,
  )
  return isThere ? virtualDisplay() : undefined
}

/** Xvfb picks a free number itself and writes it to the descriptor when it is ready. */
function virtualDisplay(): Promise<Display> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const endWithUs = (): void => void child.kill()
  process.once('exit', endWithUs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)))
    child.stdio[3]?.once('data', (number: Buffer) => {
      resolve({
        name: `:${number.toString().trim()}`,
        close: () => {
          process.off('exit', endWithUs)
          child.kill()
        },
      })
    })
  })
}
