import { AppError, problemFrom } from '../../shared/errors.ts'
import type { FactorId, GroupId, UserId } from '../../shared/model/ids.ts'
import { languageSchema } from '../../shared/model/language.ts'
import {
  importPasswordsMax,
  type ImportOptions,
  type ImportReport,
  type ImportRow,
} from '../../shared/model/user-import.ts'
import { appendAudit } from '../audit/audit.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import { auditedBy, type By } from './acting.ts'
import { loginKeyOf } from './login-key.ts'
import { defaultGroupName } from './policies.ts'
import { readImport, type ReadLine } from './read-import.ts'
import { oneTime, type OneTimePassword, type UserDeps } from './users.ts'

type ReportLine = ImportReport['lines'][number]
type Password = Awaited<ReturnType<typeof oneTime>>

interface Candidate {
  readonly line: number
  readonly row: ImportRow
  readonly phoneNumbers: readonly string[]
  readonly groupId: GroupId
  readonly userId: UserId
}

/** Rows of one statement. */
const chunkSize = 100

/**
 * Makes backup users from a file. Every line is told for itself. Without `onProblem: 'skip'` one bad line stops
 * all; either way what is made is made in one transaction.
 *
 * @throws AppError INPUT_INVALID when the file cannot be read; CONFLICT when somebody made one of the users
 *   meanwhile, and then none is made
 */
export async function importUsers(deps: UserDeps, options: ImportOptions, by: By): Promise<ImportReport> {
  const { dryRun, onProblem, withPasswords } = options
  const lines = readImport(options.format, options.text)
  if (withPasswords && lines.length > importPasswordsMax) {
    throw new AppError('INPUT_INVALID', `One-time passwords are for at most ${importPasswordsMax} users.`, {
      details: { paths: ['withPasswords'], reason: 'too-many-lines' },
    })
  }
  const checked = await deps.store.transact([], (tx) => check(tx, lines, by))
  const hasProblem = checked.some(({ problem }) => problem !== null)
  const isDone = !dryRun && (onProblem === 'skip' || !hasProblem)
  const passwords = isDone && withPasswords ? await passwordsFor(deps, checked) : new Map<number, Password>()
  if (isDone) {
    const ready = checked.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]))
    await deps.store.transact(['audit'], async (tx) => {
      await insert(deps, tx, ready, passwords, by)
    })
  }
  return reportOf(checked, isDone, passwords)
}

type Checked = {
  readonly line: number
  readonly loginName: string | null
} & (
  | { readonly candidate: Candidate; readonly problem: null }
  | { readonly candidate: null; readonly problem: AppError }
)

/** Against what is there already: names and groups. */
async function check(tx: Tx, lines: readonly ReadLine[], by: By): Promise<Checked[]> {
  const taken = await takenKeys(
    tx,
    lines.flatMap(({ row }) => (row === null ? [] : [loginKeyOf(row.loginName)])),
  )
  const groups = await usableGroups(tx, by)
  return lines.map((each) => {
    const { line, loginName } = each
    const refused = (problem: AppError): Checked => ({ line, loginName, candidate: null, problem })
    if (each.row === null) return refused(each.problem)
    const { phoneNumbers, row } = each
    if (taken.has(loginKeyOf(row.loginName))) {
      return refused(new AppError('CONFLICT', 'There is a user of that name already.'))
    }
    const groupId = groups.get(row.group ?? defaultGroupName)
    if (groupId === undefined) {
      const details = { paths: ['group'] }
      return refused(new AppError('NOT_FOUND', 'There is no group of that name.', { details }))
    }
    const candidate = { line, row, phoneNumbers, groupId, userId: newId<UserId>('usr') }
    return { line, loginName, candidate, problem: null }
  })
}

async function takenKeys(tx: Tx, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const taken = new Set<string>()
  for (let start = 0; start < keys.length; start += chunkSize) {
    const rows = await tx
      .selectFrom('users')
      .select('loginKey')
      .where('loginKey', 'in', keys.slice(start, start + chunkSize))
      .execute()
    for (const { loginKey } of rows) taken.add(loginKey)
  }
  return taken
}

/** By name; for a sub-administrator only those that own users may be put into. */
async function usableGroups(tx: Tx, by: By): Promise<ReadonlyMap<string, GroupId>> {
  const usable = new Map<string, GroupId>()
  for (const { id, name } of await tx.selectFrom('groups').select(['id', 'name']).execute()) {
    try {
      if (typeof by !== 'string') await by.mayUseGroup(tx, id)
      usable.set(name, id)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  return usable
}

/** One after the other: people who sign in meanwhile get their share of the hashes. */
async function passwordsFor(deps: UserDeps, checked: readonly Checked[]): Promise<Map<number, Password>> {
  const passwords = new Map<number, Password>()
  for (const { candidate, line } of checked) {
    if (candidate !== null) passwords.set(line, await oneTime(deps))
  }
  return passwords
}

async function insert(
  deps: UserDeps,
  tx: Tx,
  candidates: readonly Candidate[],
  passwords: ReadonlyMap<number, Password>,
  by: By,
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  for (let start = 0; start < candidates.length; start += chunkSize) {
    const chunk = candidates.slice(start, start + chunkSize)
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('users')
      .values(chunk.map((each) => userRow(each, passwords.get(each.line), by, nowMs)))
      .onConflict((conflict) => conflict.column('loginKey').doNothing())
      .executeTakeFirstOrThrow()
    if (Number(numInsertedOrUpdatedRows ?? 0) !== chunk.length) {
      throw new AppError('CONFLICT', 'Somebody made one of these users meanwhile; none was imported.')
    }
    const factors = chunk.flatMap((each) => factorRows(each, nowMs))
    if (factors.length > 0) await tx.insertInto('factors').values(factors).execute()
    await appendAudit(tx, {
      at: nowMs,
      ...auditedBy(by),
      action: 'user.imported',
      outcome: 'ok',
      details: { userIds: chunk.map(({ userId }) => userId) },
    })
  }
}

function userRow({ row, groupId, userId }: Candidate, password: Password | undefined, by: By, nowMs: number) {
  return {
    id: userId,
    loginName: row.loginName,
    loginKey: loginKeyOf(row.loginName),
    displayName: row.displayName ?? row.loginName,
    kind: 'backup' as const,
    role: null,
    groupId,
    ...(password?.password ?? {
      passwordHash: null,
      mustChangePassword: 1 as const,
      passwordExpiresAt: null,
    }),
    status: row.status ?? ('enabled' as const),
    offerDismissed: 0 as const,
    createdAt: nowMs,
    lastSignIn: null,
    secondFactor: row.secondFactor ?? null,
    email: row.email ?? null,
    language: row.language === undefined ? null : languageSchema.parse(row.language.replace('_', '-')),
    audience: row.audience ?? ('external' as const),
    subscription: row.subscription ?? ('paid' as const),
    ownerId: typeof by === 'string' ? null : by.ownerId,
    legacyVersion: row.clientVersion ?? null,
    legacyImportedAt: row.clientVersion === undefined ? null : nowMs,
  }
}

function factorRows({ phoneNumbers, userId }: Candidate, nowMs: number) {
  return phoneNumbers.map((phoneNumber) => ({
    id: newId<FactorId>('fac'),
    userId,
    method: 'sms' as const,
    label: 'Phone',
    phoneNumber,
    secretSealed: null,
    lastTotpStep: null,
    isProven: 0 as const,
    addedAt: nowMs,
    lastUsedAt: null,
  }))
}

function reportOf(
  checked: readonly Checked[],
  isDone: boolean,
  passwords: ReadonlyMap<number, OneTimePassword>,
): ImportReport {
  const lines = checked.map((each): ReportLine => {
    const { line, loginName } = each
    if (each.candidate === null) {
      const problem = problemFrom(each.problem)
      return { line, loginName, outcome: 'refused', problem, userId: null, password: null }
    }
    const once = passwords.get(line)
    return {
      line,
      loginName,
      outcome: isDone ? 'made' : 'ready',
      problem: null,
      userId: isDone ? each.candidate.userId : null,
      password:
        once === undefined ? null : { oneTimePassword: once.oneTimePassword, expiresAt: once.expiresAt },
    }
  })
  const count = (outcome: ReportLine['outcome']) => lines.filter((line) => line.outcome === outcome).length
  return { madeCount: count('made'), refusedCount: count('refused'), lines }
}
