/** The restic program that this computer uses. */
export interface Engine {
  readonly path: string
  /** As restic prints it: `0.18.1`. */
  readonly version: string
  /** What this version can do; code asks for features and never compares versions. */
  readonly features: {
    /** RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD (0.17). */
    readonly restCredentialsByEnvironment: boolean
    /** Exit codes 10–12 and 130 (0.17). */
    readonly exitCodes: boolean
    /** JSON progress and summary of `restore` (0.16). */
    readonly restoreJson: boolean
  }
}
