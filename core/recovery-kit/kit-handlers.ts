import { randomInt } from 'node:crypto'
import { isoOf } from '../../shared/clock.ts'
import type { ClientHandlers, RecoveryKit } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { KeyId } from '../../shared/model/ids.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { readKit } from './read-kit.ts'
import { characterOf, groupsOf, keyIdOf, newRepositoryKey, randomGroupCount } from './repository-key.ts'
import { kitHtml, kitText, type KitFacts } from './write-kit.ts'

type KitRequest = `kit.${'create' | 'confirm' | 'export' | 'import'}`
type Deps = Pick<CoreDeps, 'profile' | 'secrets' | 'keys' | 'clock' | 'server'> & {
  readonly session: SessionKeeper
}

/** How many groups must be typed back. */
const askedGroupCount = 2

/**
 * The recovery kit. Before the first backup it is shown and confirmed; afterwards showing it needs a step-up
 * that the server records, because a kit in the wrong hands is half of what a thief needs.
 */
export function kitHandlers(deps: Deps): Pick<ClientHandlers, KitRequest> {
  const { profile, secrets, keys, session, server } = deps
  let asked: { keyId: KeyId; groups: readonly number[] } | undefined

  const show = async (key: string, confirmGroups: number[]): Promise<RecoveryKit> => {
    const facts = factsOf(deps, key)
    return { keyId: facts.keyId, text: kitText(facts), html: await kitHtml(facts), confirmGroups }
  }

  return {
    'kit.create': async () => {
      requireSetUp(deps)
      const key = await unconfirmedKey(deps)
      const groups = randomGroups()
      const kit = await show(key, groups)
      asked = { keyId: kit.keyId, groups }
      return { kit }
    },
    'kit.confirm': async ({ groups: typed }) => {
      const current = profile.settings().key
      if (asked === undefined || asked.keyId !== current?.keyId) {
        throw new AppError('CONFLICT', 'Show the recovery kit first; then confirm it.')
      }
      const right = groupsOf(await keys.read(current.keyId))
      if (typed.length !== asked.groups.length) throw wrongGroupTyped(asked.groups[typed.length] ?? null)
      for (const [index, group] of asked.groups.entries()) {
        if (normalised(typed[index] ?? '') !== right[group - 1]) throw wrongGroupTyped(group)
      }
      asked = undefined
      await profile.update({ key: { keyId: current.keyId, isKitConfirmed: true } })
      return { done: true }
    },
    'kit.export': async () => {
      const current = profile.settings().key
      if (current === null)
        throw new AppError('KEY_MISSING', 'This computer has no key yet.', { details: { keyId: null } })
      const credentials = await session.credentials()
      const key = await keys.read(current.keyId)
      await session.useGrant({ kind: 'export-key' }, (grantToken) =>
        server().call('consumeExportGrant', { grantToken }, credentials),
      )
      return { kit: await show(key, []) }
    },
    'kit.import': async ({ kitText: text }) => {
      const { key, keyId, serverAddress, loginName } = readKit(text)
      await secrets.write(`repository-key/${keyId}`, key)
      const { key: own, importedKeyIds } = profile.settings()
      // Whoever can type a kit has it.
      const isOwn = own === null || own.keyId === keyId
      await profile.update({
        importedKeyIds: [...new Set([...importedKeyIds, keyId])],
        ...(isOwn ? { key: { keyId, isKitConfirmed: true } } : {}),
      })
      return { keyId, serverAddress, loginName }
    },
  }
}

/**
 * The key of this computer, made now if there is none. While its kit was not confirmed no set can use it, so
 * one that was lost may be replaced.
 */
async function unconfirmedKey({ profile, secrets }: Deps): Promise<string> {
  const { key: known } = profile.settings()
  if (known?.isKitConfirmed === true) {
    throw new AppError(
      'CONFLICT',
      'The recovery kit was confirmed; showing it again needs a second factor (kit.export).',
    )
  }
  const kept = known === null ? undefined : await secrets.read(`repository-key/${known.keyId}`)
  if (kept !== undefined) return kept
  const key = newRepositoryKey()
  const keyId = keyIdOf(key)
  await secrets.write(`repository-key/${keyId}`, key)
  await profile.update({ key: { keyId, isKitConfirmed: false } })
  return key
}

function factsOf(deps: Deps, key: string): KitFacts {
  const madeOn = isoOf(deps.clock.nowMs()).slice(0, 10)
  return { key, keyId: keyIdOf(key), ...requireSetUp(deps), madeOn }
}

function requireSetUp({ profile }: Deps): { serverAddress: string; loginName: string } {
  const { server, loginName } = profile.settings()
  if (server !== null && loginName !== null) return { serverAddress: server.address, loginName }
  throw new AppError('NOT_SET_UP', 'Choose the server and sign in first: the kit names both.', {
    details: { missing: server === null ? 'server' : 'sign-in' },
  })
}

/** Different ones, in rising order; the check group is not asked for, it follows from the others. */
function randomGroups(): number[] {
  const left = Array.from({ length: randomGroupCount }, (_, index) => index + 1)
  const picked = Array.from({ length: askedGroupCount }, () => left.splice(randomInt(left.length), 1)).flat()
  return picked.sort((a, b) => a - b)
}

function normalised(typed: string): string {
  return Array.from(typed.replace(/[^\dA-Z]/gi, ''), (each) => characterOf(each) ?? '?').join('')
}

function wrongGroupTyped(group: number | null): AppError {
  return new AppError('KIT_INVALID', `Group ${group ?? ''} does not match the kit.`, {
    details: { reason: 'group', group },
  })
}
