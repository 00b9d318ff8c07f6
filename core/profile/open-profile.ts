import { randomUUID } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../core-deps.ts'
import { damaged, ownerOnlyFile, ownerOnlyFolder, readIfThere } from './owner-only.ts'
import { profileSettingsSchema, type Profile, type ProfileSettings } from './profile.ts'
import { codeOf } from './system-error.ts'
import { writeWhole } from './write-whole.ts'

function firstSettings(): ProfileSettings {
  return {
    formatVersion: 1,
    profileId: randomUUID(),
    server: null,
    proxy: null,
    hasProxyPassword: false,
    loginName: null,
    device: null,
    secretStore: 'system',
    key: null,
    importedKeyIds: [],
    showsFirstSteps: true,
  }
}

/**
 * Opens the profile in a folder, making it on first use. Only the holder of the profile's lock may.
 * Looser permissions than the owner's are put right and told to the log.
 *
 * @throws AppError PROFILE_DAMAGED when folder or settings are not what they must be; nothing is overwritten
 */
export async function openProfile(folder: string, log: Log): Promise<Profile> {
  const path = join(folder, 'settings.json')
  const cacheFolder = join(folder, 'cache')
  const repairs = [await ownerOnlyFolder(folder), await ownerOnlyFolder(cacheFolder)]
  if (await isThere(path)) repairs.push(await ownerOnlyFile(path))
  else await writeWhole(path, textOf(firstSettings()))
  for (const repair of repairs) {
    if (repair !== undefined) log.warn({ ...repair }, 'Others could read a part of the profile; put right')
  }

  let settings = await readSettings(path)
  let last: Promise<unknown> = Promise.resolve()
  const write = async (change: Partial<ProfileSettings>): Promise<void> => {
    // What stands in the file is the base: a file that somebody damaged meanwhile is not written over.
    const next = profileSettingsSchema.parse({ ...(await readSettings(path)), ...change })
    await writeWhole(path, textOf(next))
    settings = next
  }
  return {
    folder,
    cacheFolder,
    settings: () => settings,
    update: (change) => {
      const written = last.then(() => write(change))
      last = written.catch(() => undefined)
      return written
    },
  }
}

async function readSettings(path: string): Promise<ProfileSettings> {
  const text = await readIfThere(path)
  if (text === undefined) throw damaged(path, 'was removed while it was in use')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw damaged(path, 'is not valid JSON')
  }
  const parsed = profileSettingsSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw damaged(path, `does not fit this version of Holdfast (at "${where}")`)
}

function textOf(settings: ProfileSettings): string {
  return `${JSON.stringify(settings, undefined, 2)}\n`
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
