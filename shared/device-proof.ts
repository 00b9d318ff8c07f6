import type { BackupSetId, DeviceId, LeaseId } from './model/ids.ts'

/** What every proof names beside its purpose. */
interface Basis {
  /**
   * The origin that the client speaks to, so that a server which passes another one's nonce on gets a proof
   * that the other one does not take. Absent = the older form of clients from before, which names none.
   */
  readonly serverAddress?: string | undefined
}

interface Nonced extends Basis {
  readonly nonce: string
}

/**
 * The exact texts that a device signs with its Ed25519 key (RFC 8032), in UTF-8. Each names its purpose, so
 * that a signature made for one cannot be used for another, and the server that it is for.
 */
export const deviceProof = {
  /** Enrolment: proves possession of the private half. */
  enrol: (input: Nonced & { publicKey: string }): string =>
    textOf('enrol', input, [input.nonce, input.publicKey]),
  /** Sign-in from a known computer. */
  signIn: (input: Nonced & { deviceId: DeviceId; loginName: string }): string =>
    textOf('sign-in', input, [input.nonce, input.deviceId, input.loginName]),
  /** A lease for one set and one run. */
  lease: (
    input: Nonced & { deviceId: DeviceId; backupSetId: BackupSetId; kind: 'backup' | 'maintenance' },
  ): string => textOf('lease', input, [input.nonce, input.deviceId, input.backupSetId, input.kind]),
  /** Reading the device's own set definitions. */
  sets: (input: Nonced & { deviceId: DeviceId }): string =>
    textOf('sets', input, [input.nonce, input.deviceId]),
  /** Reports a run that had no lease (a skip, a failure before the lease). */
  report: (input: Nonced & { deviceId: DeviceId; backupSetId: BackupSetId }): string =>
    textOf('report', input, [input.nonce, input.deviceId, input.backupSetId]),
  /** Keeps a lease alive; `sequence` starts at 1 and grows, so that none can be replayed. */
  heartbeat: (input: Basis & { leaseId: LeaseId; sequence: number }): string =>
    textOf('heartbeat', input, [input.leaseId, String(input.sequence)]),
} as const

function textOf(purpose: string, { serverAddress }: Basis, rest: readonly string[]): string {
  const head =
    serverAddress === undefined
      ? [`holdfast-device-${purpose}-v1`]
      : [`holdfast-device-${purpose}-v2`, serverAddress]
  return [...head, ...rest].join('\n')
}
