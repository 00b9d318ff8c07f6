import type { DeviceId } from '../../shared/model/ids.ts'

/** This computer's enrolment: what a silent run proves itself with. */
export interface DeviceIdentity {
  /** @throws AppError NOT_SET_UP when this computer is not enrolled */
  deviceId(): DeviceId
  /**
   * Fetches a nonce and signs the text made of it (shared/device-proof.ts).
   * @throws AppError NOT_SET_UP, SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED, SERVER_UNREACHABLE, …
   */
  prove(text: (nonce: string) => string): Promise<{ deviceId: DeviceId; nonce: string; signature: string }>
  /** Signs without a nonce: heartbeats, whose number grows. */
  sign(text: string): Promise<string>
}
