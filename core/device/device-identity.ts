import type { DeviceId } from '../../shared/model/ids.ts'

/** What a proof is made of, beside what it is for. */
export interface ProofBasis {
  readonly deviceId: DeviceId
  readonly nonce: string
  readonly serverAddress: string
}

/** This computer's enrolment: what a silent run proves itself with. */
export interface DeviceIdentity {
  /** @throws AppError NOT_SET_UP when this computer is not enrolled */
  deviceId(): DeviceId
  /**
   * Fetches a nonce and signs the text made of it (shared/device-proof.ts), which names the server that
   * gave the nonce.
   * @throws AppError NOT_SET_UP, SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED, SERVER_UNREACHABLE, …
   */
  prove(text: (basis: ProofBasis) => string): Promise<ProofBasis & { readonly signature: string }>
  /** Signs without a nonce: heartbeats, whose number grows. */
  sign(text: string): Promise<string>
}
