import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientRequests, type ClientHandlers } from '../shared/client-api.ts'
import { AppError, errorCatalog } from '../shared/errors.ts'
import { runWithFakes } from './testing/run-with-fakes.ts'
import { withSets } from './testing/with-sets.ts'

const commands = [
  ['login'],
  ['logout'],
  ['status'],
  ['sets', 'list'],
  ['sets', 'add'],
  ['sets', 'edit'],
  ['sets', 'show'],
  ['sets', 'delete'],
  ['backup'],
  ['runs'],
  ['snapshots'],
  ['ls'],
  ['find'],
  ['restore'],
  ['recover'],
  ['devices', 'revoke'],
  ['factors', 'add'],
  ['factors', 'remove'],
  ['sessions'],
  ['kit', 'export'],
  ['doctor'],
  ['completion'],
]
const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '-',
    '--',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '\u0000',
    '\n',
    '💥',
    '1e999',
    '-1',
    '99:99',
  ),
  fc.constant('x'.repeat(5000)),
)
const flag = fc.constantFrom(
  '--json',
  '--name',
  '--source',
  '--daily',
  '--weekly',
  '--every',
  '--keep-daily',
  '--to',
  '--limit',
)
const senseless = fc.array(fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: flag }), {
  maxLength: 5,
})
/** Whatever a test gives no answer to ends in a failure that core would name. */
const refusing = Object.fromEntries(
  Object.keys(clientRequests).map((name) => [
    name,
    () => Promise.reject(new AppError('NOT_SET_UP', 'Not set up.')),
  ]),
) as unknown as ClientHandlers
const unexpected = errorCatalog.UNEXPECTED.exitCode

describe('a command of the terminal', () => {
  it(
    'answers senseless arguments with what is wrong, never with something unexpected',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...commands), senseless, async (words, args) => {
          const ran = await runWithFakes([...words, ...args, '--non-interactive'], {
            handlers: { ...refusing, ...withSets() },
          })
          const shown = `${words.join(' ')} ${JSON.stringify(args)}: ${ran.terminal.remarks.join('\n')}`
          expect(ran.exitCode, shown).not.toBe(unexpected)
        }),
        { numRuns: 300 },
      )
    },
  )
})
