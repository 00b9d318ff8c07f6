/** The restic program that this computer uses. */
export interface Engine {
  readonly path: string
  /** As restic prints it: `0.18.1`. */
  readonly version: string
  /** What this version can do; code asks for features and never compares versions. */
  readonly features: EngineFeatures
}

export interface EngineFeatures {
  /** RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD (0.17). */
  readonly restCredentialsByEnvironment: boolean
  /** Exit codes 10–12 and 130 (0.17). */
  readonly exitCodes: boolean
  /** JSON progress and summary of `restore` (0.16). */
  readonly restoreJson: boolean
  /** `backup --group-by`: the parent is found whatever the sources are (0.16). */
  readonly parentGrouping: boolean
  /** `restore --sparse` (0.15). */
  readonly sparseRestore: boolean
  /** `forget` keeps the oldest snapshot for rules that have not found enough (0.16). */
  readonly keepsOldest: boolean
}

/** The oldest restic that is accepted: its repository format 2 compresses. */
export const oldestVersion: Version = [0, 14]

export type Version = readonly [major: number, minor: number]

export function featuresOf(version: Version): EngineFeatures {
  const since = (oldest: Version): boolean => !isOlder(version, oldest)
  return {
    restCredentialsByEnvironment: since([0, 17]),
    exitCodes: since([0, 17]),
    restoreJson: since([0, 16]),
    parentGrouping: since([0, 16]),
    sparseRestore: since([0, 15]),
    keepsOldest: since([0, 16]),
  }
}

export function isOlder(version: Version, than: Version): boolean {
  return version[0] === than[0] ? version[1] < than[1] : version[0] < than[0]
}

/** Reads what `restic version` prints: `restic 0.14.0 compiled with go1.19.8 on linux/amd64`. */
export function parseVersion(output: string): { text: string; version: Version } | undefined {
  const match = /^restic (\d+)\.(\d+)(\S*)/m.exec(output)
  if (match === null) return undefined
  const [, major = '', minor = '', rest = ''] = match
  return { text: `${major}.${minor}${rest}`, version: [Number(major), Number(minor)] }
}
