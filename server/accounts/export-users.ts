import type { Account } from '../../shared/model/administration.ts'
import type { ExportFormat } from '../../shared/model/user-import.ts'
import { csvText } from './csv.ts'

/** What a column of the export says about an account; the names are those of the import where it has them. */
const columns: Readonly<Record<string, (account: Account) => string | null>> = {
  loginName: ({ loginName }) => loginName,
  displayName: ({ displayName }) => displayName,
  email: ({ email }) => email,
  group: ({ groupName }) => groupName,
  status: ({ status }) => status,
  clientVersion: ({ legacyVersion }) => legacyVersion,
  audience: ({ audience }) => audience,
  subscription: ({ subscription }) => subscription,
  secondFactor: ({ secondFactor }) => secondFactor,
  language: ({ language }) => language,
  kind: ({ kind }) => kind,
  role: ({ role }) => role,
  factorState: ({ factorState }) => factorState,
  methods: ({ methods }) =>
    methods.map(({ method, isProven }) => `${method}${isProven ? '' : '?'}`).join(' '),
  expiresAt: ({ expiresAt }) => expiresAt,
  lastSignInAt: ({ lastSignIn }) => lastSignIn?.at ?? null,
  createdAt: ({ createdAt }) => createdAt,
}

/** Accounts as a file: for a spreadsheet, or for a program. Neither secrets nor numbers of phones. */
export function exportAccounts(accounts: readonly Account[], format: ExportFormat): string {
  if (format === 'json') return `${JSON.stringify(accounts, null, 2)}\n`
  const rows = accounts.map((account) => Object.values(columns).map((column) => column(account) ?? ''))
  return csvText([Object.keys(columns), ...rows])
}
