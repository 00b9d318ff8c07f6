import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, type TestContext } from 'vitest'
import type { ServerConfig } from '../../server/config.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { buildPrograms, freshHome, type InterfaceHost, type OpenInterface } from './hosts.ts'
import { newEndUser, type EndUser, type HowMade } from './person.ts'

const root = path.join(import.meta.dirname, '..', '..')

/**
 * Builds the programs and starts a server for all tests of a file; ends it after them.
 *
 * @param policy settings of the group that everybody is in, as `name=value`
 * @param config settings of its file
 */
export function serverOfTests(
  policy: readonly string[] = [],
  config: Partial<ServerConfig> = {},
): () => TestServer {
  let server: TestServer
  beforeAll(async () => {
    await buildPrograms()
    server = await startServer({ config })
    if (policy.length > 0) await setPolicy(server, ...policy)
  }, 120_000)
  afterAll(async () => {
    await server.dispose()
  })
  return () => server
}

/** Changes the policy of everybody, as an administrator does. @param settings `name=value` */
export async function setPolicy(server: TestServer, ...settings: string[]): Promise<void> {
  const args = settings.flatMap((each) => ['--set', each])
  const { exitCode, stderr } = await server.command('group', 'set-policy', 'Default', ...args)
  if (exitCode !== 0) throw new Error(stderr)
}

/** Somebody new before one of the interfaces: an account, an empty profile, two letters worth keeping. */
export interface Desk {
  readonly user: EndUser
  readonly home: string
  readonly files: string
  /** The page, opened when a test first needs it, or a skip that says why this computer cannot show it. */
  page(context: TestContext): Promise<Page>
  /** What the program hands to the person's own browser while `act` goes on; see `OpenInterface`. */
  handedOver(act: () => Promise<void>): Promise<string>
  /** Quits the program; the next `page` starts it again. @param language BCP 47, of the next start */
  quit(language?: string): Promise<void>
  /** Closes the window or tab and opens another one; the program goes on meanwhile. */
  reopen(): Promise<Page>
}

/**
 * Sets a desk up before the tests of the surrounding `describe`, and clears it after them.
 */
export function deskOf(host: InterfaceHost, server: () => TestServer, howMade: HowMade = {}): Desk {
  let user: EndUser
  let home: Awaited<ReturnType<typeof freshHome>>
  let files: string
  let unavailable: string | undefined
  let opened: OpenInterface | undefined
  let nextLanguage: string | undefined

  beforeAll(async () => {
    unavailable = await host.unavailable()
    home = await freshHome()
    files = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'))
    await mkdir(path.join(files, 'letters'))
    await writeFile(path.join(files, 'letters', 'to-anna.txt'), 'Dear Anna,')
    await writeFile(path.join(files, 'letters', 'to-ben.txt'), 'Dear Ben,')
    user = await newEndUser(server(), howMade)
  })
  afterAll(async () => {
    await opened?.close()
    await home.remove()
    await rm(files, { recursive: true })
  })

  return {
    get user() {
      return user
    },
    get home() {
      return home.path
    },
    get files() {
      return files
    },
    page: async (context) => {
      if (unavailable !== undefined) return context.skip(unavailable)
      opened ??= await host.open(home.path, nextLanguage)
      context.onTestFailed(async () => {
        const name = `${host.name} ${context.task.name}`.replaceAll(/\W+/g, '-')
        await opened?.page.screenshot({ path: path.join(root, '.cache/e2e', `${name}.png`) })
      })
      return opened.page
    },
    handedOver: async (act) => {
      if (opened === undefined) throw new Error('Nothing is open that could hand something over.')
      return await opened.handedOver(act)
    },
    quit: async (language) => {
      nextLanguage = language
      await opened?.close()
      opened = undefined
    },
    reopen: async () => {
      if (opened === undefined) throw new Error('Nothing is open that could be opened again.')
      opened = await opened.reopen()
      return opened.page
    },
  }
}

/** What the profile itself recorded of its runs, newest first. */
export async function outcomes(home: string): Promise<string[]> {
  const { runs } = (await holdfast(home, 'runs')) as { runs: { kind: string; outcome: string }[] }
  return runs.map(({ kind, outcome }) => `${kind} ${outcome}`)
}

/** What a command of the terminal says in JSON about the profile; it works beside the open window. */
export async function holdfast(home: string, ...args: string[]): Promise<unknown> {
  const program = path.join(root, 'dist', 'holdfast.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--home', home, '--json', ...args])
  return JSON.parse(stdout) as unknown
}
