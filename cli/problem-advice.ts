import type { ErrorCode, Problem } from '../shared/errors.ts'

/** What a person can do about a failure. Undefined where the message says it already or nothing helps. */
const advice: Record<ErrorCode, string | undefined> = {
  UNEXPECTED: 'This is a fault in Holdfast. `holdfast doctor` may show why; the log has the details.',
  INPUT_INVALID: undefined,
  NOT_FOUND: 'See what there is with `holdfast sets`, `holdfast snapshots` or `holdfast devices`.',
  CONFLICT: 'Something changed meanwhile. Look at it again and repeat.',
  VERSION_CONFLICT: 'Somebody changed it meanwhile. Look at it again and repeat.',
  NOT_ALLOWED: 'Your account may not do this. Ask your administrator.',
  REPOSITORY_MISSING: 'Nothing was backed up yet: run `holdfast backup`.',
  REPOSITORY_LOCKED: 'Another run is at work on it. Wait for its end and try again.',
  REPOSITORY_PASSWORD_WRONG:
    'The key on this computer does not fit. Import the right recovery kit: `holdfast kit import`.',
  REPOSITORY_BUSY: 'Another run of this set is under way. Wait for its end and try again.',
  REPOSITORY_DAMAGED: 'Do not delete anything. Ask your administrator, who can look into the trash.',
  ENGINE_FAILED: 'The log has what restic said. `holdfast doctor` checks the installation.',
  ENGINE_MISSING: 'Install restic 0.14 or newer, or set HOLDFAST_RESTIC to its path.',
  SOURCE_MISSING: 'Look at the sources with `holdfast sets show` and change them with `holdfast sets edit`.',
  TARGET_UNUSABLE: 'Choose another folder with --to.',
  COMMAND_FAILED: 'The command before or after the backup failed; the log has what it said.',
  DISK_FULL: 'Make room and try again; earlier snapshots are intact.',
  QUOTA_EXCEEDED:
    'Your storage on the server is used up; earlier snapshots are intact. Ask your administrator.',
  BRAKE_TRIPPED:
    'Unusually much was deleted, so deletions have stopped. Check the snapshots, then: `holdfast sets resume-brake`.',
  SIGN_IN_FAILED: 'Check the login name and the password.',
  SIGN_IN_ENDED: 'Start again with `holdfast login`.',
  PASSCODE_WRONG: undefined,
  PASSCODE_EXPIRED: 'Have a new one sent, or start again with `holdfast login`.',
  NO_METHOD_AVAILABLE: 'Ask your administrator to reset your sign-in methods.',
  SESSION_ENDED: 'Sign in with `holdfast login`.',
  STEP_UP_REQUIRED: 'This needs your second factor. Run it on a terminal, or give the answers on stdin.',
  ACCOUNT_SUSPENDED: 'Nothing is backed up until your administrator enables the account again.',
  ACCOUNT_EXPIRED:
    'Nothing is backed up any more; what was backed up is kept for a while. Ask your administrator.',
  SECOND_FACTOR_REQUIRED: 'Sign in with `holdfast login` and set up a second factor.',
  DEVICE_REVOKED:
    'This computer was taken off your account. Sign in with `holdfast login` to enrol it again.',
  LEASE_ENDED: 'The server ended this run. Try again.',
  DEVICE_UNKNOWN: 'The server does not know this computer. Sign in with `holdfast login` to enrol it again.',
  SECRET_STORE_UNAVAILABLE:
    'This computer offers no credential store. `holdfast login --secret-store file` keeps secrets in a file of yours.',
  SECRET_STORE_LOCKED: 'Unlock the credential store (keyring) of your desktop session and try again.',
  PROFILE_IN_USE: 'Another Holdfast works with this profile. Wait for its end, or end it, and try again.',
  PROFILE_DAMAGED: 'Move the profile’s folder away and set up anew with `holdfast recover`.',
  NOT_SET_UP: 'Set this computer up with `holdfast login`.',
  KIT_NOT_CONFIRMED: 'Save the recovery kit first: `holdfast kit create`.',
  KIT_INVALID: 'Check for typing mistakes; the kit’s last group is a check of the others.',
  KEY_MISSING: 'Import the recovery kit of the computer that made this set: `holdfast kit import`.',
  SET_OF_OTHER_COMPUTER:
    'Run this there, or make this computer the one that runs the set: `holdfast sets adopt`.',
  SERVER_UNREACHABLE: 'Check the network and the address (`holdfast status`), and try again.',
  SERVER_BUSY: 'Try again in a moment.',
  SERVER_CERTIFICATE: 'If the server uses an authority of its own, give its certificate: --ca-file.',
  SERVER_INSECURE: 'Use https. On a network you trust, --allow-insecure permits plain http.',
  SERVER_ANSWER_UNKNOWN: 'Client and server may be of different ages, or something between them answered.',
  CLOCK_WRONG: 'Set the clock of this computer.',
  RATE_LIMITED: undefined,
  SEND_FAILED: 'Choose another method, or try again later.',
  PROXY_UNREACHABLE:
    'Check the proxy’s address (`holdfast status`); `holdfast login --proxy none` goes there directly.',
  PROXY_SIGN_IN_REQUIRED:
    'Give login name and password of the proxy: `holdfast login --proxy ADDRESS --proxy-user NAME`.',
  PROXY_REFUSED: 'Ask whoever runs the proxy to let CONNECT through to the server’s name and port.',
  CODE_UNCHECKED: 'Type the code again in a moment, or choose another method.',
  PASSKEY_REFUSED: 'Use another passkey or method, or ask your administrator.',
  HAND_OFF_ENDED: 'Start again with the same command.',
  PHONE_REQUEST_ENDED: 'Start again with the same command.',
  COUNTRY_NOT_ALLOWED: 'Use a number of another country, another method, or ask your administrator.',
  CANCELLED: undefined,
}

export function adviceFor(problem: Problem): string | undefined {
  const seconds = problem.details?.['retryAfterSeconds']
  if (typeof seconds === 'number') return `Try again in ${seconds} seconds.`
  return advice[problem.code]
}
