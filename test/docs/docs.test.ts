import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codeOf, documents, relativeLinks, root, tableIn, textFiles, type TextFile } from './doc-files.ts'
import { unknownIn } from './programs.ts'
import { asvsSections, faultsOf, repeated, requirementsIn } from './proofs.ts'
import { tables } from './tables.ts'

const all = documents()
const named = all.map((document) => [document.name, document] as const)

function document(name: string): TextFile {
  const found = all.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no ${name}.`)
  return found
}

describe('the documentation', () => {
  it('covers the tasks of users, administrators and operators', () => {
    const guides = all.map(({ name }) => name).filter((name) => name.startsWith('docs/how-to/'))
    for (const guide of [
      'get-started',
      'back-up-and-restore',
      'new-computer',
      'second-factors',
      'administer',
      'operate-the-server',
      'messages',
      'unattended',
    ]) {
      expect(guides).toContain(`docs/how-to/${guide}.md`)
    }
  })

  it.each(named)('%s links only to what is there', (name, each) => {
    const missing = relativeLinks(each).filter(
      (target) => !existsSync(path.join(root, path.dirname(name), target)),
    )
    expect(missing).toEqual([])
  })

  it.each(named)('%s names only commands and flags that the programs have', (_name, each) => {
    expect(codeOf(each).flatMap((line) => unknownIn(line))).toEqual([])
  })

  it.each(tables.map((table) => [table.name, table] as const))(
    'has in its table %s what the code says (node test/docs/write-tables.ts writes it)',
    (name, { file, rows }) => {
      const written = rows()
      expect(tableIn(document(file).text, name)).toEqual(written)
      expect(written.length).toBeGreaterThan(20)
    },
  )

  it('names every field of the preconfiguration', async () => {
    const { preconfigurationSchema } = await import('../../core/preconfiguration/preconfiguration.ts')
    const { text } = document('docs/how-to/deploy.md')
    const fields = fieldsOf(z.toJSONSchema(preconfigurationSchema, { io: 'input' }))
    expect(fields).toContain('proxy.exceptions')
    expect(fields.filter((field) => !text.includes(`\n| \`${field}\` `))).toEqual([])
  })

  it('names every key of the server’s configuration file', async () => {
    const { serverConfigSchema } = await import('../../server/config.ts')
    const { text } = document('docs/how-to/operate-the-server.md')
    const keys = Object.entries(serverConfigSchema.parse({})).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.keys(value).map((inner) => `${key}.${inner}`)
        : [key],
    )
    expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([])
  })
})

/** The paths of all fields that hold a value. */
function fieldsOf(schema: unknown, at = ''): string[] {
  const properties = z.object({ properties: z.record(z.string(), z.unknown()) }).safeParse(schema)
  if (!properties.success) return [at.slice(1)]
  return Object.entries(properties.data.properties).flatMap(([name, inner]) =>
    fieldsOf(inner, `${at}.${name}`),
  )
}

describe('the check of commands', () => {
  it.each([
    ['holdfast sets ad --name x', ['holdfast sets ad']],
    ['npm run holdfast -- backup --everything', ['holdfast backup --everything']],
    ['holdfast-server users list', ['holdfast-server users']],
    ['$ HOLDFAST_HOME=/x holdfast frobnicate', ['holdfast frobnicate']],
    ['cat kit.txt | holdfast recover --kit - --everywhere', ['holdfast recover --everywhere']],
    ['*/15 * * * * /opt/holdfast/dist/holdfast.mjs run-do', ['holdfast run-do']],
  ])('sees what is wrong in: %s', (line, unknown) => {
    expect(unknownIn(line)).toEqual(unknown)
  })

  it.each([
    'holdfast sets add --name docs --source /home/anna',
    'npm run holdfast-server -- user add anna --display-name "Anna Berg"',
    'holdfast --home /srv/x run-due --json',
    'printf x | holdfast login --password-stdin',
    'a sentence about holdfast that is none',
  ])('has nothing against: %s', (line) => {
    expect(unknownIn(line)).toEqual([])
  })
})

const tracked = textFiles()

describe('the threat model', () => {
  const rows = tableIn(document('docs/THREAT-MODEL.md').text, 'promises')

  it('has a row for each promise', () => {
    expect(rows.map(([promise = '']) => promise.slice(0, 2))).toEqual(
      Array.from({ length: 8 }, (_, index) => `P${index + 1}`),
    )
  })

  it.each(rows.map(([promise = '', , tests = '']) => [promise.slice(0, 2), tests] as const))(
    'proves %s by tests that are there',
    (_promise, cell) => {
      expect(faultsOf({ cell, mayBeReason: false }, tracked)).toEqual([])
    },
  )
})

describe('what the five documents say', () => {
  const rows = tableIn(document('docs/seed-coverage.md').text, 'seeds')
  const ids = rows.map(([id = '']) => id)

  it('has the rows of each document in order, and none twice', () => {
    for (const letter of ['A', 'B', 'C', 'D', 'E']) {
      const own = ids.filter((id) => id.startsWith(letter))
      expect(own.length).toBeGreaterThan(10)
      expect(own).toEqual(own.map((_, index) => `${letter}${index + 1}`))
    }
    expect(repeated(ids)).toEqual([])
    expect(ids.filter((id) => !/^[A-E]\d+$/.test(id))).toEqual([])
  })

  it.each(rows.map(([id = '', , does = '', tests = '']) => [id, does, tests] as const))(
    'shows %s by tests that are there, or says that it is not yet',
    (_id, does, tests) => {
      const isNotYet = tests === '–' && does.startsWith('**Not yet:**')
      expect(isNotYet ? [] : faultsOf({ cell: tests, mayBeReason: false }, tracked)).toEqual([])
    },
  )
})

describe('the requirements of ASVS 5.0', () => {
  const rows = tableIn(document('docs/asvs.md').text, 'asvs')

  it('are all there, in order, and none twice', () => {
    const expected = Object.entries(asvsSections).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    )
    expect(rows.flatMap(([requirement = '']) => requirementsIn(requirement))).toEqual(expected)
  })

  it.each(rows.map(([requirement = '', level = '', , tests = '']) => [requirement, level, tests] as const))(
    'are each shown by tests that are there, or have a reason: %s',
    (_requirement, level, cell) => {
      expect(level).toMatch(/^[123]$/)
      expect(faultsOf({ cell, mayBeReason: true }, tracked)).toEqual([])
    },
  )
})

describe.each(['docs/adr', 'docs/changelog'])('the numbers in %s', (folder) => {
  const files = all.filter(({ name }) => name.startsWith(`${folder}/`))
  const numberOf = ({ name }: TextFile) => path.basename(name).slice(0, 4)

  it('are four digits, and each is there once', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(files.map(numberOf).filter((number) => !/^\d{4}$/.test(number))).toEqual([])
    expect(repeated(files.map(numberOf))).toEqual([])
  })

  it('are those of the headings that have one', () => {
    const headed = files.flatMap((file) => {
      const heading = /^# (\d+)\. /.exec(file.text)?.[1]
      return heading === undefined ? [] : [[numberOf(file), heading.padStart(4, '0')]]
    })
    expect(headed.filter(([inName, inHeading]) => inName !== inHeading)).toEqual([])
    expect(headed).toHaveLength(folder === 'docs/adr' ? files.length : 0)
  })
})

describe('the check of proofs', () => {
  const files = [{ name: 'server/a.test.ts', text: "it('keeps what it was given', () => {" }]
  const real = '`server/a.test.ts` › keeps what it was given'

  it('has nothing against a test that is there, nor against a reason where one will do', () => {
    expect(faultsOf({ cell: real, mayBeReason: false }, files)).toEqual([])
    expect(faultsOf({ cell: 'nothing to test', mayBeReason: true }, files)).toEqual([])
  })

  it.each([
    ['`server/a.test.ts` › keeps what it was never given', true],
    ['`server/a.test.ts` › keeps what', true],
    [`${real}<br>\`server/a.test.ts\` › made up`, true],
    ['`server/gone.test.ts` › keeps what it was given', true],
    ['`server/a.ts` › keeps what it was given', true],
    ['server/a.test.ts › keeps what it was given', true],
    [`${real}<br>and it is obvious`, true],
    ['nothing to test', false],
    ['?', true],
    ['–', true],
    ['', true],
  ])('sees what is wrong in: %s', (cell, mayBeReason) => {
    expect(faultsOf({ cell, mayBeReason }, files)).toHaveLength(1)
  })

  it('sees a row that is there twice', () => {
    expect(repeated(['A1', 'A2', 'A1'])).toEqual(['A1'])
  })

  it.each([
    ['6.2.1 passwords', ['6.2.1']],
    ['6.8.1–6.8.3 providers', ['6.8.1', '6.8.2', '6.8.3']],
    ['8.1.1, 8.1.2 rules', ['8.1.1', '8.1.2']],
  ])('reads the requirements of %s', (text, requirements) => {
    expect(requirementsIn(text)).toEqual(requirements)
  })
})

it('no file names the host of a package registry: a clone takes the one that its machine is set to', () => {
  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['deb', 'debian', 'org'],
    ['security', 'debian', 'org'],
    ['ftp', 'debian', 'org'],
  ].map((parts) => parts.join('.'))
  const naming = tracked.filter(({ text }) => hosts.some((host) => text.includes(host)))
  expect(naming.map(({ name }) => name)).toEqual([])
})
