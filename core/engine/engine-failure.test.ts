import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/errors.ts'
import { engineFailure, isRefusal } from './engine-failure.ts'

function codeFor(exitCode: number | null, ...errorLines: string[]): ErrorCode {
  return engineFailure({ command: 'backup', end: { exitCode, signal: null }, errorLines }).code
}

// Sentences as restic 0.14.0, 0.18.0 and 0.19.1 wrote them.
describe('why restic failed', () => {
  it.each<[ErrorCode, number, string]>([
    ['REPOSITORY_PASSWORD_WRONG', 1, 'Fatal: wrong password or no key found'],
    [
      'REPOSITORY_PASSWORD_WRONG',
      12,
      '{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}',
    ],
    [
      'REPOSITORY_MISSING',
      1,
      'Fatal: unable to open config file: stat /none/config: no such file or directory',
    ],
    ['REPOSITORY_MISSING', 1, 'Fatal: unable to open config file: <config/> does not exist'],
    ['REPOSITORY_MISSING', 10, 'Fatal: repository does not exist: unable to open config file'],
    [
      'REPOSITORY_LOCKED',
      11,
      'unable to create lock in backend: repository is already locked by PID 15399 on vm',
    ],
    [
      'REPOSITORY_LOCKED',
      1,
      'unable to create lock in backend: repository is already locked exclusively by PID 1',
    ],
    [
      'PROXY_UNREACHABLE',
      1,
      'Fatal: unable to open config file: client.Head: Head "https://backup.test/x/config": proxyconnect tcp: dial tcp 127.0.0.1:18881: connect: connection refused',
    ],
    [
      'PROXY_SIGN_IN_REQUIRED',
      1,
      'Fatal: unable to open config file: client.Head: Head "https://backup.test/x/config": Proxy Authentication Required',
    ],
    [
      'PROXY_SIGN_IN_REQUIRED',
      1,
      'Fatal: unable to open config file: unexpected HTTP response (407): 407 Proxy Authentication Required',
    ],
    [
      'PROXY_REFUSED',
      1,
      'Fatal: unable to open config file: client.Head: Head "https://backup.test/x/config": Forbidden',
    ],
    [
      'SERVER_UNREACHABLE',
      1,
      'Fatal: unable to open config file: client.Head: Head "https://backup.test/x/config": Bad Gateway',
    ],
    ['LEASE_ENDED', 1, 'Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized'],
    ['NOT_ALLOWED', 1, 'Fatal: unable to open config file: unexpected HTTP response (403): 403 Forbidden'],
    [
      'QUOTA_EXCEEDED',
      1,
      'Fatal: unable to save snapshot: server response unexpected: 507 Insufficient Storage (507)',
    ],
    [
      'SERVER_BUSY',
      1,
      'Fatal: unable to open config file: unexpected HTTP response (503): 503 Service Unavailable',
    ],
    ['SERVER_UNREACHABLE', 1, 'Fatal: dial tcp 127.0.0.1:9: connect: connection refused'],
    ['SERVER_CERTIFICATE', 1, 'Fatal: x509: certificate signed by unknown authority'],
    ['DISK_FULL', 1, 'ignoring error for /x: write /mnt/x: no space left on device'],
    ['REPOSITORY_DAMAGED', 1, 'ignoring error for /x: ciphertext verification failed'],
    ['CANCELLED', 130, 'signal interrupt received, cleaning up'],
    ['ENGINE_FAILED', 1, 'Fatal: something that nobody has seen before'],
    ['ENGINE_FAILED', 77, ''],
  ])('is %s for exit code %i and "%s"', (code, exitCode, line) => {
    expect(codeFor(exitCode, line)).toBe(code)
  })

  it('comes with the exit code and what restic said', () => {
    const failure = engineFailure({
      command: 'backup',
      end: { exitCode: 1, signal: null },
      errorLines: ['Fatal: new'],
    })
    expect(failure.details).toEqual({ exitCode: 1, output: ['Fatal: new'] })
  })

  it('is a plain failure when a signal ended it', () => {
    expect(codeFor(null, '')).toBe('ENGINE_FAILED')
  })
})

it.each([
  ['Save(<data/aa>) returned error, retrying after 1s: unexpected HTTP response (403): 403 Forbidden', true],
  [
    'Save(<data/aa>) returned error, retrying after 1s: server response unexpected: 507 Insufficient Storage (507)',
    true,
  ],
  [
    'Load(<data/aa>) returned error, retrying after 1s: unexpected HTTP response (503): 503 Service Unavailable',
    false,
  ],
  ['Load(<data/aa>) returned error, retrying after 1s: connection refused', false],
])('"%s" is a refusal: %s', (line, isOne) => {
  expect(isRefusal(line)).toBe(isOne)
})
