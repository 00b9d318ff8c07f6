import { spawn } from 'node:child_process'
import { access, constants, readdir, realpath, stat } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'
import { featuresOf, isOlder, oldestVersion, parseVersion, type Engine } from './engine.ts'
import { minimalEnvironment } from './environment.ts'

const programName = process.platform === 'win32' ? 'restic.exe' : 'restic'
const advice =
  'Install restic 0.14 or newer (Debian: apt-get install restic; https://restic.net), or name one in HOLDFAST_RESTIC.'

/**
 * Finds restic: HOLDFAST_RESTIC, else the one that came with this program, else the one that the set-up
 * fetched, else the one of PATH. What HOLDFAST_RESTIC names is used or refused, never passed over.
 *
 * @throws AppError ENGINE_MISSING with what to do
 */
export async function findEngine(own: Readonly<Record<string, string | undefined>>): Promise<Engine> {
  const named = own['HOLDFAST_RESTIC']
  if (named !== undefined && named !== '') return inspect(named)
  for (const path of await candidates(own)) {
    if (await isProgram(path)) return inspect(path)
  }
  throw new AppError('ENGINE_MISSING', `restic was not found. ${advice}`)
}

/** Keeps the answer until the program's file changes: a version costs a process. */
export function engineFinder(own: Readonly<Record<string, string | undefined>>): () => Promise<Engine> {
  let known: { engine: Engine; stamp: string } | undefined
  return async () => {
    if (known !== undefined && (await stampOf(known.engine.path)) === known.stamp) return known.engine
    const engine = await findEngine(own)
    known = { engine, stamp: await stampOf(engine.path) }
    return engine
  }
}

async function candidates(own: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const here = dirname(fileURLToPath(import.meta.url))
  const packaged = 'resourcesPath' in process ? [join(String(process.resourcesPath), programName)] : []
  const searched = (own['PATH'] ?? own['Path'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, programName))
  // As source this file is two folders deep, in a bundle one.
  const fetched = await Promise.all([fetchedBelow(join(here, '..')), fetchedBelow(join(here, '..', '..'))])
  return [...packaged, ...fetched.flat(), ...searched]
}

/** What build/setup.mjs fetched: `.cache/engine/restic-<version>`. */
async function fetchedBelow(root: string): Promise<string[]> {
  const folder = join(root, '.cache', 'engine')
  try {
    const names = await readdir(folder)
    return names.filter((name) => /^restic-[\d.]+(?:\.exe)?$/.test(name)).map((name) => join(folder, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(codeOf(error))) return false
    throw error
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const found = await stat(path)
    return `${found.ino} ${found.size} ${found.mtimeMs}`
  } catch {
    // It went away: the search starts again and names what is missing.
    return 'gone'
  }
}

async function inspect(path: string): Promise<Engine> {
  const output = await versionOutput(path)
  const parsed = parseVersion(output)
  if (parsed === undefined) {
    throw new AppError('ENGINE_MISSING', `${path} is not restic. ${advice}`, { details: { path } })
  }
  if (isOlder(parsed.version, oldestVersion)) {
    throw new AppError('ENGINE_MISSING', `restic ${parsed.text} at ${path} is too old. ${advice}`, {
      details: { path, version: parsed.text },
    })
  }
  return { path: await realpath(path), version: parsed.text, features: featuresOf(parsed.version) }
}

function versionOutput(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ['version'], {
      env: minimalEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      windowsHide: true,
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 4096) output += text
    })
    child.once('error', (error) =>
      reject(
        new AppError('ENGINE_MISSING', `${path} cannot be started (${codeOf(error)}). ${advice}`, {
          cause: error,
          details: { path },
        }),
      ),
    )
    child.once('close', () => resolve(output))
  })
}
