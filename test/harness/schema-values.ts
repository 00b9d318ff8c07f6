import fc from 'fast-check'
import { z } from 'zod'

/** The part of JSON Schema that the contract's schemas come out as. */
interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Inputs that a schema accepts, or nearly: what JSON Schema cannot say (refinements) is left to chance. */
export function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return arbitraryOf(root, root.$defs ?? {})
}

function arbitraryOf(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '')
    return arbitraryOf(definitions[name] ?? {}, definitions)
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((each) => arbitraryOf(each, definitions)))
  switch (schema.type) {
    case 'object':
      return objectOf(schema, definitions)
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, definitions), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 3),
      })
    case 'string':
      return textOf(schema)
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function objectOf(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, each]) => [name, arbitraryOf(each, definitions)] as const,
  )
  const requiredKeys = (schema.required ?? []).filter((name) => schema.properties?.[name] !== undefined)
  return fc.record(Object.fromEntries(properties), { requiredKeys })
}

function textOf({ pattern, format, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString())
  }
  const max = Math.max(minLength, Math.min(maxLength, 60))
  const length = { minLength: Math.max(1, minLength), maxLength: Math.max(1, max) }
  if (pattern === undefined)
    return fc.string({ unit: fc.constantFrom(...letters, ...oddCharacters), ...length })
  // Classes such as \p{C} are beyond what fast-check generates; letters satisfy all of those.
  if (pattern.includes('\\p{')) return fc.string({ unit: fc.constantFrom(...letters), ...length })
  // Nor does it look ahead; without that, most values still fit.
  const plain = pattern.replace(/\(\?[=!][^()]*\)/g, '')
  return fc.stringMatching(new RegExp(plain), { maxLength: 100 })
}

const letters = ['a', 'b', 'c', 'X', 'Y', 'Z', '0', '9', 'é', '日']

/** Characters that databases, terminals and comparisons stumble over; PostgreSQL's text takes no NUL. */
const oddCharacters = ['\u0000', '\n', '\u202e', 'ﬁ', 'İ', '🙂', '%', "'", '\\']

/** What people and attackers put where it does not belong. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', [], {}, [[]], [null]),
  fc.constantFrom(
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u202e',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    '${7*7}',
    '<script>alert(1)</script>',
    'x'.repeat(10_000),
    '𝔘'.repeat(300),
    '+++++++++++++++++',
    'ﷺ'.repeat(64),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A value with one place, at any depth, removed or replaced by junk; or junk altogether. */
export function spoiled(value: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(value, [])
  return fc
    .tuple(fc.constantFrom(...places), fc.boolean(), junk)
    .map(([place, isRemoved, replacement]) => changedAt(value, place, isRemoved, replacement))
}

type Place = readonly (string | number)[]

function placesOf(value: unknown, here: Place): Place[] {
  if (Array.isArray(value)) return [here, ...value.flatMap((item, index) => placesOf(item, [...here, index]))]
  if (typeof value !== 'object' || value === null) return [here]
  return [here, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...here, key]))]
}

function changedAt(value: unknown, place: Place, isRemoved: boolean, replacement: unknown): unknown {
  const [key, ...rest] = place
  if (key === undefined) return replacement
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      if (index !== key) return [item]
      return rest.length === 0 && isRemoved ? [] : [changedAt(item, rest, isRemoved, replacement)]
    })
  }
  const entries = Object.entries(value as object).flatMap(([name, item]): [string, unknown][] => {
    if (name !== key) return [[name, item]]
    return rest.length === 0 && isRemoved ? [] : [[name, changedAt(item, rest, isRemoved, replacement)]]
  })
  return Object.fromEntries(entries)
}
