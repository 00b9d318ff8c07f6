import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireProfileLock } from './profile-lock.ts'

const program = fileURLToPath(new URL('../../test/fixtures/hold-profile-lock.ts', import.meta.url))
let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-lock-'))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => kill(child)))
  await rm(folder, { recursive: true, force: true })
})

/** Starts another process that wants the lock; `answer` is its first line. */
function contender(): { child: ChildProcess; answer: Promise<string> } {
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const answer = (async () => {
    for await (const line of createInterface({ input: child.stdout })) return line
    throw new Error('The other process ended without a word.')
  })()
  return { child, answer }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function letGo(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}

describe('the profile lock', () => {
  it('is refused while another process has it, and the refusal names that process', async () => {
    const { child, answer } = contender()
    expect(await answer).toBe('held')
    await expect(acquireProfileLock(folder)).rejects.toMatchObject({
      code: 'PROFILE_IN_USE',
      details: { pid: child.pid },
      message: expect.stringContaining(`process id ${String(child.pid)}`) as string,
    })
  })

  it('is refused to a second owner inside the same process', async () => {
    const lock = await acquireProfileLock(folder)
    await expect(acquireProfileLock(folder)).rejects.toMatchObject({ code: 'PROFILE_IN_USE' })
    await lock.release()
  })

  it('is free after release, and releasing twice is no error', async () => {
    const { child, answer } = contender()
    await answer
    await letGo(child)
    const lock = await acquireProfileLock(folder)
    await lock.release()
    await lock.release()
    await (await acquireProfileLock(folder)).release()
    expect(await readdir(join(folder, 'profile.lock'))).toEqual([])
  })

  it('is taken over from an owner that was killed, and its claim is cleared away', async () => {
    const { child, answer } = contender()
    await answer
    await kill(child)
    const lock = await acquireProfileLock(folder)
    expect(await readdir(join(folder, 'profile.lock'))).toHaveLength(1)
    await lock.release()
  })

  it('is taken over by exactly one of many that race for a killed owner’s lock', async () => {
    const owner = contender()
    await owner.answer
    await kill(owner.child)
    const racers = Array.from({ length: 6 }, () => contender())
    const answers = await Promise.all(racers.map(({ answer }) => answer))
    const winner = racers[answers.indexOf('held')]
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
    expect(answers.filter((answer) => answer !== 'held')).toEqual(
      Array.from({ length: 5 }, () => `PROFILE_IN_USE {"pid":${String(winner?.child.pid)}}`),
    )
  })

  it('goes to exactly one of many that race inside one process, round after round', async () => {
    for (let round = 0; round < 20; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => acquireProfileLock(folder)))
      const winners = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(winners).toHaveLength(1)
      await winners[0]?.release()
    }
  })

  it('is not held by a living process that merely has the id of a dead owner', async () => {
    const { child, answer } = contender()
    await answer
    await kill(child)
    const [claim] = await readdir(join(folder, 'profile.lock'))
    const [, start, random] = (claim ?? '').split('.')
    await writeFile(join(folder, 'profile.lock', `${process.pid}.${start ?? ''}.${random ?? ''}`), 'owner')
    const lock = await acquireProfileLock(folder)
    expect(await readdir(join(folder, 'profile.lock'))).toHaveLength(1)
    await lock.release()
  })

  it('does not touch files that are no claims', async () => {
    const lock = await acquireProfileLock(folder)
    await lock.release()
    await writeFile(join(folder, 'profile.lock', 'note'), 'mine')
    await (await acquireProfileLock(folder)).release()
    expect(await readdir(join(folder, 'profile.lock'))).toEqual(['note'])
  })
})
