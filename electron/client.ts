import { openOrAttach, type OpenedClient, type OwnerClient } from '../core/attach/open.ts'
import { openClient, type OpenClientOptions } from '../core/client.ts'
import { systemClock } from '../core/ports/system-clock.ts'
import type { PowerStatus } from '../core/ports/power-status.ts'
import { ownerSocketPath } from '../core/profile/owner-socket.ts'

type CredentialHelper = NonNullable<OpenClientOptions['credentialHelper']>

/**
 * The client of the profile: our own, or through the process that owns the profile, a running daemon.
 *
 * @throws AppError PROFILE_IN_USE, PROFILE_DAMAGED
 */
export function openWindowClient(
  profile: string,
  power: PowerStatus,
  credentialHelper: CredentialHelper | undefined,
): Promise<OpenedClient | OwnerClient> {
  return openOrAttach({
    clock: systemClock,
    socketPath: () => ownerSocketPath(profile),
    own: () =>
      openClient({
        home: profile,
        clientName: 'Holdfast',
        clientKind: 'window',
        power,
        ...(credentialHelper === undefined ? {} : { credentialHelper }),
      }),
  })
}
