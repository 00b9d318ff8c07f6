import type { BackupSetId, DeviceId } from '../../shared/model/ids.ts'
import type { Operation } from '../../shared/model/sign-in.ts'

/** The fields of requests that operations are about. */
export interface OperationSubject {
  readonly backupSetId?: BackupSetId | undefined
  readonly deviceId?: DeviceId | undefined
}

/**
 * The operation that a refused request needs a step-up for. The refusal names the kind
 * (`STEP_UP_REQUIRED`, details `operation`); what it is about stands in the request itself.
 * Undefined when kind and request don't fit: then there is nothing to prove.
 */
export function operationFor(kind: unknown, about: OperationSubject): Operation | undefined {
  switch (kind) {
    case 'restore':
    case 'shorten-retention':
    case 'delete-set':
    case 'resume-brake':
      return about.backupSetId === undefined ? undefined : { kind, backupSetId: about.backupSetId }
    case 'revoke-device':
      return about.deviceId === undefined ? undefined : { kind, deviceId: about.deviceId }
    case 'change-factors':
    case 'change-password':
    case 'change-settings':
    case 'export-key':
      return { kind }
    default:
      return undefined
  }
}
