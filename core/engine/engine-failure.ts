import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { ChildEnd } from './child-process.ts'

/** Exit codes that say the cause by themselves, from restic 0.17 (075_scripting.html#exit-codes). */
const causeOfExitCode: Readonly<Record<number, ErrorCode>> = {
  10: 'REPOSITORY_MISSING',
  11: 'REPOSITORY_LOCKED',
  12: 'REPOSITORY_PASSWORD_WRONG',
  130: 'CANCELLED',
}

/** How the storage endpoint refuses (server/storage). Both sentences are restic's. */
const httpStatus = /(?:unexpected HTTP response \(|server response unexpected: )(\d{3})/

const causeOfHttpStatus: Readonly<Record<string, ErrorCode>> = {
  '401': 'LEASE_ENDED',
  '403': 'NOT_ALLOWED',
  '407': 'PROXY_SIGN_IN_REQUIRED',
  '423': 'BRAKE_TRIPPED',
  '429': 'SERVER_BUSY',
  '502': 'SERVER_UNREACHABLE',
  '503': 'SERVER_BUSY',
  '504': 'SERVER_UNREACHABLE',
  '507': 'QUOTA_EXCEEDED',
}

/** restic before 0.17 answers 1 to everything; its sentences tell. First match decides. */
const causeOfSentence: readonly (readonly [RegExp, ErrorCode])[] = [
  [/wrong password or no key found/, 'REPOSITORY_PASSWORD_WRONG'],
  [/already locked/, 'REPOSITORY_LOCKED'],
  [
    /repository does not exist|unable to open config file: .*(?:no such file|does not exist)/,
    'REPOSITORY_MISSING',
  ],
  [/proxyconnect tcp: /, 'PROXY_UNREACHABLE'],
  // What Go makes of a proxy's answer to CONNECT (net/http, transport.go: the status line's words).
  [/": Proxy Authentication Required/i, 'PROXY_SIGN_IN_REQUIRED'],
  [/": Forbidden(?:$|["\\])/m, 'PROXY_REFUSED'],
  [/": (?:Bad Gateway|Service Unavailable|Gateway Time-?out)(?:$|["\\])/im, 'SERVER_UNREACHABLE'],
  [/x509: |certificate signed by unknown authority|tls: /, 'SERVER_CERTIFICATE'],
  [/no space left on device|disk quota exceeded|not enough space on the disk/, 'DISK_FULL'],
  [
    /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|connection reset|context deadline exceeded|unexpected EOF/,
    'SERVER_UNREACHABLE',
  ],
  [
    /ciphertext verification failed|invalid data returned|does not match (?:id|blob|ID)|hash (?:mismatch|does not match)|not found in (?:the )?index|pack .* not found|load\(.*\): (?:.*)?invalid/i,
    'REPOSITORY_DAMAGED',
  ],
]

export interface FailedRun {
  readonly command: string
  readonly end: ChildEnd
  /** The last lines of its error output, without secrets. */
  readonly errorLines: readonly string[]
}

/**
 * Names why restic failed. The exit code decides that it did; the text only explains.
 *
 * @returns REPOSITORY_MISSING, REPOSITORY_LOCKED, REPOSITORY_PASSWORD_WRONG, REPOSITORY_DAMAGED, DISK_FULL,
 *   SERVER_UNREACHABLE, PROXY_UNREACHABLE, PROXY_SIGN_IN_REQUIRED, PROXY_REFUSED, SERVER_CERTIFICATE,
 *   SERVER_BUSY, LEASE_ENDED, NOT_ALLOWED, BRAKE_TRIPPED,
 *   QUOTA_EXCEEDED, CANCELLED, else ENGINE_FAILED with details `{ exitCode, output }`
 */
export function engineFailure({ command, end, errorLines }: FailedRun): AppError {
  const text = errorLines.join('\n')
  const code = causeOfExitCode[end.exitCode ?? -1] ?? causeInText(text) ?? 'ENGINE_FAILED'
  const how =
    end.exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `ended with ${end.exitCode}`
  return new AppError(code, `restic ${command} ${how}.`, {
    details: { exitCode: end.exitCode ?? -1, output: [...errorLines] },
  })
}

function causeInText(text: string): ErrorCode | undefined {
  const status = httpStatus.exec(text)?.[1]
  const byStatus = status === undefined ? undefined : causeOfHttpStatus[status]
  return byStatus ?? causeOfSentence.find(([sentence]) => sentence.test(text))?.[1]
}

/** Whether a line of restic's error output says that the storage endpoint refuses. */
export function isRefusal(line: string): boolean {
  const status = httpStatus.exec(line)?.[1]
  return status === '401' || status === '403' || status === '423' || status === '507'
}
