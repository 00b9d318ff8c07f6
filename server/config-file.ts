import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { AppError } from '../shared/errors.ts'
import { serverConfigSchema, type ServerConfig } from './config.ts'

export const configFileName = 'holdfast.json'

/**
 * Reads `holdfast.json` of a data folder. The database's address may come from HOLDFAST_DATABASE_URL instead,
 * so that its password need not stand in a file.
 *
 * @throws AppError NOT_SET_UP (no such folder or file), INPUT_INVALID (with the path of what is wrong)
 */
export function readConfig(dataFolder: string, environment: NodeJS.ProcessEnv): ServerConfig {
  const file = join(dataFolder, configFileName)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new AppError('NOT_SET_UP', `There is no server in ${dataFolder} (no ${configFileName}).`, {
      cause: error,
    })
  }
  return withEnvironment(parseConfig(text, file), environment)
}

/** Makes the folder (owner only) and a file with every setting at its default, where there is none. */
export function ensureConfig(dataFolder: string): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const text = `${JSON.stringify(serverConfigSchema.parse({}), null, 2)}\n`
  try {
    writeFileSync(join(dataFolder, configFileName), text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
}

function parseConfig(text: string, file: string): ServerConfig {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // JSON.parse quotes the text around the fault, and the text may hold the database's password.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    const where = position === undefined ? '' : ` near character ${position}`
    throw new AppError('INPUT_INVALID', `${file} is not valid JSON${where}.`, {
      details: { paths: ['(root)'] },
    })
  }
  const parsed = serverConfigSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.flatMap(faultsOf)
  throw new AppError(
    'INPUT_INVALID',
    `${file}: ${faults.map(({ path, why }) => `${path}: ${why}`).join('; ')}`,
    {
      details: { paths: faults.map(({ path }) => path) },
    },
  )
}

function faultsOf(issue: z.core.$ZodIssue): { path: string; why: string }[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      why: 'there is no such setting',
    }))
  }
  return [{ path: path === '' ? '(root)' : path, why: issue.message }]
}

function withEnvironment(config: ServerConfig, environment: NodeJS.ProcessEnv): ServerConfig {
  const databaseUrl = environment['HOLDFAST_DATABASE_URL']
  return databaseUrl === undefined || databaseUrl === '' ? config : { ...config, databaseUrl }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
