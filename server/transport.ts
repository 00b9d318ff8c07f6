import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { AppError } from '../shared/errors.ts'
import type { ServerConfig } from './config.ts'
import { isLoopbackHost } from './http/origin.ts'

export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Certificate and key of the configuration; undefined = plain HTTP, where that is permitted. Relative paths
 * are below the data folder.
 *
 * @throws AppError SERVER_INSECURE (plain HTTP that others could read), INPUT_INVALID (unusable files)
 */
export function transportOf(
  config: Pick<ServerConfig, 'tls' | 'listen' | 'allowPlainHttp'>,
  dataFolder: string,
): TlsFiles | undefined {
  if (config.tls === null) {
    if (config.allowPlainHttp || isLoopbackHost(config.listen.host)) return undefined
    throw new AppError(
      'SERVER_INSECURE',
      `Plain HTTP on ${config.listen.host} would send passwords readable over the network. Set tls.certificateFile and tls.keyFile in holdfast.json, or listen on 127.0.0.1 behind a proxy that has them; allowPlainHttp permits it all the same.`,
    )
  }
  const files = {
    cert: readTlsFile('tls.certificateFile', resolve(dataFolder, config.tls.certificateFile)),
    key: readTlsFile('tls.keyFile', resolve(dataFolder, config.tls.keyFile)),
  }
  try {
    createSecureContext(files)
  } catch (error) {
    throw new AppError(
      'INPUT_INVALID',
      'tls: the certificate and the key do not belong together, or are no PEM.',
      {
        cause: error,
        details: { paths: ['tls'] },
      },
    )
  }
  return files
}

function readTlsFile(path: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new AppError('INPUT_INVALID', `${path}: ${file} cannot be read.`, {
      cause: error,
      details: { paths: [path] },
    })
  }
}
