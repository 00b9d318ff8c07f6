import { adviceFor } from '../../cli/problem-advice.ts'
import { errorCatalog, errorCodes } from '../../shared/errors.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import type { Route } from '../../shared/contract.ts'
import { routes } from '../../shared/routes.ts'
import { settingsOf } from '../../server/command/policy-settings.ts'

/** A table of the documentation that follows from the code. */
export interface Table {
  /** The document, from the repository's root. */
  readonly file: string
  /** Its mark: the table stands between `<!-- name -->` and `<!-- /name -->`. */
  readonly name: string
  readonly head: readonly string[]
  readonly rows: () => string[][]
}

const retryWords = { never: 'no', later: 'later, as it is', user: 'after a change' } as const

/** Settings whose values are words; the schema has no bounds to tell for them. */
const plainSettings: Readonly<Record<string, readonly [meaning: string, values: string]>> = {
  secondFactor: ['', '`required`, `offered`'],
  mayDismissOffer: ['', '`true`, `false`'],
  mayOptOut: ['', '`true`, `false`'],
  enrolBy: ['', 'a time such as `2027-01-31T00:00:00Z`, or `null`'],
  trustedDevices: ['', '`many`, `one`'],
  authenticatorApp: ['', '`any`, `microsoft`, `google`, `third-party`'],
  authenticatorName: ['', 'up to 60 characters, or `null`'],
  methods: ['', 'any of `sms`, `voice`, `email`, `totp`, `push`, `passkey`, `backup-code`'],
  phishingResistant: ['', '`off`, `system-users`, `everybody`'],
  firstPasskeyUntil: ['', 'an instant such as `2027-01-31T00:00:00Z`, or `null`'],
  passkeyOnOtherDevice: ['', '`true`, `false`'],
  legacyClients: ['', '`true`, `false`'],
  'protection.maintenanceAllowed': ['', '`true`, `false`'],
  'protection.twoAdministrators': ['', '`true`, `false`'],
  'protection.quotaBytes': ['', '0 or more, or `null`'],
  'recovery.byPhone': ['', '`true`, `false`'],
  'recovery.twoAdministrators': ['', '`true`, `false`'],
}

function policyRows(): string[][] {
  return settingsOf(defaultPolicy).map(({ name, value, description }) => {
    const [plainMeaning, plainValues] = plainSettings[name] ?? ['', '']
    const bounds = /^(.*) \((\d+)–(\d+), default \d+\)$/.exec(description)
    const meaning = bounds?.[1] ?? (description === '' ? plainMeaning : description)
    const values = bounds === null ? plainValues : `${bounds[2]}–${bounds[3]}`
    if (meaning === '' || values === '') throw new Error(`Say in tables.ts what ${name} means and may be.`)
    return [`\`${name}\``, meaning, `\`${String(value)}\``, values]
  })
}

const proofWords = { session: '', fresh: 'minutes old', grant: 'grant' } as const

function adminRouteRows(): string[][] {
  return Object.values(routes).flatMap((route: Route) =>
    route.admin === undefined
      ? []
      : [
          [
            `\`${route.method} ${route.path}\``,
            route.summary,
            route.permission.endsWith('-users') ? 'yes' : 'no',
            route.admin.token === null ? '–' : `\`${route.admin.token}\``,
            proofWords[route.admin.proof],
          ],
        ],
  )
}

function exitCodeRows(): string[][] {
  const outcomes = [
    ['0', 'done', '', ''],
    [
      '3',
      'done, but incomplete: files were left out, or `holdfast doctor` or `holdfast-server doctor` found a fault',
      'after a change',
      '',
    ],
  ]
  const failures = errorCodes.map((code) => {
    const { exitCode, retry } = errorCatalog[code]
    return [
      String(exitCode),
      `\`${code}\``,
      retryWords[retry],
      adviceFor({ code, message: '' })?.replaceAll('|', '\\|') ?? '',
    ]
  })
  return [...outcomes, ...failures].sort((a, b) => Number(a[0]) - Number(b[0]))
}

export const tables: readonly Table[] = [
  {
    file: 'docs/how-to/back-up-and-restore.md',
    name: 'exit-codes',
    head: ['Exit code', 'What happened', 'Try again', 'What to do'],
    rows: exitCodeRows,
  },
  {
    file: 'docs/how-to/administer.md',
    name: 'policy-settings',
    head: ['Setting', 'Meaning', 'Default', 'May be'],
    rows: policyRows,
  },
  {
    file: 'docs/how-to/api.md',
    name: 'admin-routes',
    head: ['Request', 'What it does', 'Sub-administrators', 'Token’s scope', 'Second factor'],
    rows: adminRouteRows,
  },
]
