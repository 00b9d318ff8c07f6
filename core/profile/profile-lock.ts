import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { systemClock } from '../ports/system-clock.ts'
import { ownerOnlyFolder } from './owner-only.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'
import { codeOf } from './system-error.ts'

/** Held by the one process that owns a profile. */
export interface ProfileLock {
  /** Lets the next process in. Releasing twice is no error. */
  release(): Promise<void>
}

interface Claim extends ProcessIdentity {
  readonly name: string
}

/** The content of the claim that won; those of all who only ask are empty. */
const ownerMark = 'owner'
const waitMs = 20
const maxRounds = 100

/**
 * Makes this process the owner of a profile.
 *
 * Every process that wants it puts up a claim of its own in the folder `profile.lock`: a file whose *name*
 * says which process it is, so that it is whole the moment it exists. Whoever then sees no other living
 * claim is the owner and writes that into its claim. Of two that see each other at least one steps back,
 * because both looked after they had put up theirs. A claim of a dead process is removed; nobody else can
 * ever have meant that name, so a stale lock is taken over safely however many race for it.
 *
 * A process of another container or computer on the same folder is not seen as living: one folder belongs
 * to one computer.
 *
 * @throws AppError PROFILE_IN_USE with details `{ pid }`
 */
export async function acquireProfileLock(folder: string, clock: Clock = systemClock): Promise<ProfileLock> {
  const claims = join(folder, 'profile.lock')
  await ownerOnlyFolder(folder)
  await ownerOnlyFolder(claims)
  const own = await ownIdentity()
  const name = `${own.pid}.${own.start}.${randomBytes(6).toString('hex')}`
  const path = join(claims, name)
  const withdraw = (): Promise<void> => rm(path, { force: true })
  let isUp = false
  let rival: Claim | undefined
  for (let round = 0; round < maxRounds; round += 1) {
    const others = await livingClaims(claims, name)
    const owner = await ownerOf(claims, others)
    rival = owner ?? others[0]
    if (owner !== undefined) break
    if (others.some((other) => other.name < name)) {
      // All are only asking: the first by name stays, the others make room and wait for what it becomes.
      await withdraw()
      isUp = false
    } else if (!isUp) {
      await writeFile(path, '', { mode: 0o600 })
      isUp = true
      continue
    } else if (others.length === 0) {
      await writeFile(path, ownerMark)
      return { release: withdraw }
    }
    await clock.sleep(waitMs)
  }
  await withdraw()
  throw inUse(folder, rival)
}

async function livingClaims(folder: string, ownName: string): Promise<Claim[]> {
  const living: Claim[] = []
  for (const name of await readdir(folder)) {
    const claim = claimOf(name)
    if (claim === undefined || name === ownName) continue
    if (await isAlive(claim)) living.push(claim)
    else await rm(join(folder, name), { force: true })
  }
  return living
}

function claimOf(name: string): Claim | undefined {
  const [pid, start] = name.split('.')
  if (pid === undefined || start === undefined || !/^[1-9]\d*$/.test(pid)) return undefined
  return { pid: Number(pid), start, name }
}

async function ownerOf(folder: string, claims: readonly Claim[]): Promise<Claim | undefined> {
  for (const claim of claims) {
    if ((await contentOf(join(folder, claim.name))) === ownerMark) return claim
  }
  return undefined
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // It made room meanwhile.
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

function inUse(folder: string, rival: Claim | undefined): AppError {
  const who =
    rival === undefined
      ? 'Other Holdfast processes are'
      : `Another Holdfast process (process id ${rival.pid}) is`
  return new AppError(
    'PROFILE_IN_USE',
    `${who} using the profile ${folder}. ` +
      'Wait until it has ended or end it, or choose another profile with HOLDFAST_HOME.',
    { details: { pid: rival?.pid ?? null } },
  )
}
