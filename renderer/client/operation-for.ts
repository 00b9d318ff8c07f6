import type { BackupSetId, DeviceId } from '../../shared/model/ids.ts'
import type { Operation } from '../../shared/model/sign-in.ts'

/** Operations that are about the account itself, and so about nothing that a request would name. */
type PlainOperation = {
  [K in Operation['kind']]: keyof Extract<Operation, { kind: K }> extends 'kind'
    ? { readonly kind: K }
    : never
}[Operation['kind']]

/** A record, so that a new one is missed by the compiler before it is by a person. */
const plainOperations: readonly PlainOperation[] = Object.values({
  'change-factors': { kind: 'change-factors' },
  'change-password': { kind: 'change-password' },
  'change-settings': { kind: 'change-settings' },
  'end-all-sessions': { kind: 'end-all-sessions' },
  'export-key': { kind: 'export-key' },
  'opt-out': { kind: 'opt-out' },
} satisfies { [K in PlainOperation['kind']]: { kind: K } })

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
    default:
      return plainOperations.find((operation) => operation.kind === kind)
  }
}
