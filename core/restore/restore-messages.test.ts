import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isAboutMetadata, parseRestoreMessage } from './restore-messages.ts'

function recorded(version: string, output: 'stdout' | 'stderr') {
  const text = readFileSync(join(import.meta.dirname, 'recorded', `restore-${version}.${output}.txt`), 'utf8')
  return text.split('\n').flatMap((line) => parseRestoreMessage(line) ?? [])
}

it.each(['0.14.0', '0.18.0', '0.19.1'])('restic %s names the file that it could not restore', (version) => {
  expect(recorded(version, 'stderr')).toEqual([
    {
      kind: 'error',
      path: '/tmp/eng/rec/src/big',
      reason: expect.stringContaining('ciphertext verification failed') as string,
    },
  ])
})

it.each(['0.18.0', '0.19.1'])('restic %s tells progress', (version) => {
  const [first] = recorded(version, 'stdout')
  expect(first).toMatchObject({ kind: 'status', filesDone: 3 })
})

it('a name with a colon stays whole as far as it can be told', () => {
  expect(parseRestoreMessage('ignoring error for /a/b:c: broken')).toEqual({
    kind: 'error',
    path: '/a/b:c',
    reason: 'broken',
  })
})

it.each([
  ['lchown /x: operation not permitted', true],
  ['Setxattr failed: operation not supported', true],
  ['UtimesNanoAt: invalid argument', true],
  ['ciphertext verification failed', false],
  ['write /x: no space left on device', false],
  ['Unexpected content in /x/chown.txt, starting at offset 0', false],
])('"%s" is about metadata only: %s', (reason, isOne) => {
  expect(isAboutMetadata(reason)).toBe(isOne)
})
