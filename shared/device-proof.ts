import type { BackupSetId, DeviceId, LeaseId } from './model/ids.ts'

/**
 * The exact texts that a device signs with its Ed25519 key (RFC 8032), in UTF-8. Each names its purpose,
 * so that a signature made for one cannot be used for another.
 */
export const deviceProof = {
  /** Enrolment: proves possession of the private half. */
  enrol: (input: { nonce: string; publicKey: string }): string =>
    ['holdfast-device-enrol-v1', input.nonce, input.publicKey].join('\n'),
  /** Sign-in from a known computer. */
  signIn: (input: { nonce: string; deviceId: DeviceId; loginName: string }): string =>
    ['holdfast-device-sign-in-v1', input.nonce, input.deviceId, input.loginName].join('\n'),
  /** A lease for one set and one run. */
  lease: (input: {
    nonce: string
    deviceId: DeviceId
    backupSetId: BackupSetId
    kind: 'backup' | 'maintenance'
  }): string =>
    ['holdfast-device-lease-v1', input.nonce, input.deviceId, input.backupSetId, input.kind].join('\n'),
  /** Reading the device's own set definitions. */
  sets: (input: { nonce: string; deviceId: DeviceId }): string =>
    ['holdfast-device-sets-v1', input.nonce, input.deviceId].join('\n'),
  /** Reports a run that had no lease (a skip, a failure before the lease). */
  report: (input: { nonce: string; deviceId: DeviceId; backupSetId: BackupSetId }): string =>
    ['holdfast-device-report-v1', input.nonce, input.deviceId, input.backupSetId].join('\n'),
  /** Keeps a lease alive; `sequence` starts at 1 and grows, so that none can be replayed. */
  heartbeat: (input: { leaseId: LeaseId; sequence: number }): string =>
    ['holdfast-device-heartbeat-v1', input.leaseId, String(input.sequence)].join('\n'),
} as const
