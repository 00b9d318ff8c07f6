import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codeOf, documents, relativeLinks, root, tableIn, textFiles, type TextFile } from './doc-files.ts'
import { unknownIn } from './programs.ts'
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

describe('the threat model', () => {
  const rows = tableIn(document('docs/THREAT-MODEL.md').text, 'promises')
  const proofs = rows.flatMap(([promise = '', , tests = '']) =>
    tests.split('<br>').map((proof) => [promise.slice(0, 2), proof.trim()] as const),
  )

  it('has a row for each promise', () => {
    expect(rows.map(([promise = '']) => promise.slice(0, 2))).toEqual(
      Array.from({ length: 8 }, (_, index) => `P${index + 1}`),
    )
  })

  it.each(proofs)('proves %s by a test that is there: %s', (_promise, proof) => {
    const [, file = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(proof) ?? []
    const source = textOf(file)
    const isTitle = ["'", '`', '"'].some((quote) => source.includes(`${quote}${title}${quote}`))
    expect(title).not.toBe('')
    expect(isTitle, `${file} has no test "${title}"`).toBe(true)
  })
})

function textOf(file: string): string {
  const found = tracked.find(({ name }) => name === file)
  if (found === undefined) throw new Error(`There is no ${file}.`)
  return found.text
}

const tracked = textFiles()

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
