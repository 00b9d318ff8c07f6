import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import {
  providerNames,
  providerSettingsSchema,
  secretFields,
  type ProviderName,
} from '../../shared/model/sender.ts'
import type { CommandIo } from './io.ts'

export interface ProviderField {
  readonly name: string
  readonly description: string
  readonly isSecret: boolean
  readonly isNumber: boolean
  readonly isRequired: boolean
}

const schemaOfObject = z.object({
  properties: z.record(
    z.string(),
    z.object({ type: z.string().optional(), description: z.string().optional() }),
  ),
  required: z.array(z.string()).default([]),
})

/** The settings of a provider, as its schema tells them. */
export function fieldsOf(provider: ProviderName): ProviderField[] {
  const option = providerSettingsSchema.options.find((each) => each.shape.provider.value === provider)
  const { properties, required } = schemaOfObject.parse(z.toJSONSchema(option ?? z.never(), { io: 'input' }))
  const secrets: readonly string[] = secretFields[provider]
  return Object.entries(properties)
    .filter(([name]) => name !== 'provider')
    .map(([name, { description, type }]) => ({
      name,
      description: description ?? '',
      isSecret: secrets.includes(name),
      isNumber: type === 'integer',
      isRequired: required.includes(name),
    }))
}

export function providerNamed(text: string): ProviderName {
  const provider = providerNames.find((each) => each === text)
  if (provider !== undefined) return provider
  throw wrong('provider', `--provider: one of ${providerNames.join(', ')}.`)
}

export interface SettingOptions {
  readonly set?: readonly string[]
  readonly secretFile?: readonly string[]
  readonly secretStdin?: string
}

/**
 * What the options say about a provider's settings. A secret comes from a file or from standard input only:
 * arguments can be read by everybody on the computer.
 *
 * @throws AppError INPUT_INVALID
 */
export async function givenSettings(
  provider: ProviderName,
  options: SettingOptions,
  io: Pick<CommandIo, 'readInput'>,
): Promise<Record<string, unknown>> {
  const fields = new Map(fieldsOf(provider).map((field) => [field.name, field]))
  const given: Record<string, unknown> = {}
  const fieldNamed = (name: string): ProviderField => {
    const field = fields.get(name)
    if (field !== undefined) return field
    throw wrong(name, `${provider} has no setting "${name}"; it has: ${[...fields.keys()].join(', ')}.`)
  }
  const secretNamed = (name: string): ProviderField => {
    const field = fieldNamed(name)
    if (field.isSecret) return field
    throw wrong(name, `"${name}" is no secret; give it by --set.`)
  }
  for (const text of options.set ?? []) {
    const [name, value] = parted(text)
    const field = fieldNamed(name)
    if (field.isSecret)
      throw wrong(name, `"${name}" is a secret: give it by --secret-file or --secret-stdin.`)
    given[name] = value === '' ? null : field.isNumber ? Number(value) : value
  }
  for (const text of options.secretFile ?? []) {
    const [name, file] = parted(text)
    given[secretNamed(name).name] = withoutLineEnd(readSecretFile(name, file))
  }
  if (options.secretStdin !== undefined) {
    const { name } = secretNamed(options.secretStdin)
    given[name] = withoutLineEnd(await io.readInput())
  }
  return given
}

function parted(text: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw wrong('(root)', 'Give name=value.')
  return [text.slice(0, equals), text.slice(equals + 1)]
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw wrong(name, `The file for "${name}" cannot be read (${code}).`)
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function wrong(path: string, message: string): AppError {
  return new AppError('INPUT_INVALID', message, { details: { paths: [path] } })
}
