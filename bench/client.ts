import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openClient } from '../core/client.ts'
import { ask, expectStep } from '../test/demo/client-session.ts'
import { deviceLease, keepAlive, makeAccount, makeSet, resticEnvironment } from '../test/fixtures/account.ts'
import { askedGroups } from '../test/fixtures/kit-groups.ts'
import { generateTree } from '../test/fixtures/tree.ts'
import { accountServer } from '../test/harness/account-server.ts'
import { startServer } from '../test/harness/server.ts'
import { median, table, timed } from './measure.ts'

const executable = path.join(import.meta.dirname, '..', 'dist', 'holdfast.mjs')
const resticPassword = 'bench-only-password'

/** `holdfast backup` as a program against bare restic, both through one server, on the same files. */
export async function benchClient(restic: string, totalBytes: number, rounds: number): Promise<string> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-'))
  const running = await startServer()
  const ours: Record<'first' | 'again', number[]> = { first: [], again: [] }
  const bare: Record<'first' | 'again', number[]> = { first: [], again: [] }
  try {
    const server = accountServer(running)
    const source = path.join(work, 'source')
    await generateTree(source, totalBytes)
    const note = path.join(source, 'changes.txt')
    const account = await makeAccount(server, 'bare', '+4915123456789')
    const home = path.join(work, 'profile')
    const sets = await signedInProfile(server, home, source, rounds)
    const env = { HOLDFAST_HOME: home, HOLDFAST_RESTIC: restic }
    for (let round = 0; round < rounds; round += 1) {
      const set = await makeSet(server, account, { name: `Bare ${round}`, sources: [source] })
      const lease = await deviceLease(server, account, set.id)
      const beat = keepAlive(server, account, lease)
      const resticEnv = resticEnvironment(
        server.address,
        lease,
        resticPassword,
        path.join(work, `cache ${round}`),
      )
      for (const which of ['first', 'again'] as const) {
        await appendFile(note, `${round} ${which}\n`)
        const holdfast = ['backup', sets[round] ?? '', '--json']
        ours[which].push((await timed(process.execPath, [executable, ...holdfast], env)).seconds)
        // The first run includes making the repository on both sides.
        const init = which === 'first' ? (await timed(restic, ['init', '-q'], resticEnv)).seconds : 0
        bare[which].push(init + (await timed(restic, ['backup', '--json', source], resticEnv)).seconds)
      }
      beat.stop()
    }
  } finally {
    await running.dispose()
    await rm(work, { recursive: true, force: true })
  }
  const rows = (['first', 'again'] as const).map((which) => {
    const [own, base] = [median(ours[which]), median(bare[which])]
    return [which === 'first' ? 'first backup' : 'next backup', base, own, own - base, own / base]
  })
  return table(['run', 'bare restic s', 'holdfast s', 'difference s', '×'], rows)
}

/** A signed-in profile with one set for each round; returns their names. */
async function signedInProfile(
  server: ReturnType<typeof accountServer>,
  home: string,
  source: string,
  count: number,
): Promise<string[]> {
  const made = (await server.command('user', 'add', 'client', '--phone', '+4915155555555')) as {
    oneTimePassword: string
  }
  const client = await openClient({ home })
  try {
    const { api } = client
    await ask(api, 'app.chooseSecretStore', { kind: 'file' })
    await ask(api, 'server.connect', { address: server.address })
    await ask(api, 'signIn.start', { loginName: 'client', password: made.oneTimePassword })
    const changed = await ask(api, 'transaction.changePassword', {
      newPassword: 'bench only, nothing behind it',
    })
    const [option] = expectStep(changed.step, 'choose-method').options
    if (option === undefined) throw new Error('no method was offered')
    const chosen = await ask(api, 'transaction.chooseMethod', { factorId: option.factorId })
    const { challenge } = expectStep(chosen.step, 'enter-code')
    await ask(api, 'transaction.prove', { code: await server.passcode(challenge.prefix ?? '') })
    const { kit } = await ask(api, 'kit.create', {})
    await ask(api, 'kit.confirm', { groups: askedGroups(kit) })
    const names = Array.from({ length: count }, (_, index) => `Bench ${index}`)
    for (const name of names) await ask(api, 'sets.create', { definition: { name, sources: [source] } })
    return names
  } finally {
    await client.close()
  }
}
