import { describe, expect, it } from 'vitest'
import { featuresOf, isOlder, oldestVersion, parseVersion } from './engine.ts'

it.each([
  ['restic 0.14.0 compiled with go1.19.8 on linux/amd64', '0.14.0', [0, 14]],
  ['restic 0.18.1 compiled with go1.24.4 on linux/amd64\n', '0.18.1', [0, 18]],
  ['restic 0.17.0-dev (compiled manually) compiled with go1.22', '0.17.0-dev', [0, 17]],
  ['restic 1.0.0 compiled with go2', '1.0.0', [1, 0]],
] as const)('reads the version of "%s"', (output, text, version) => {
  expect(parseVersion(output)).toEqual({ text, version })
})

it.each(['', 'rclone v1.60.1', 'bash: restic: command not found'])('finds no version in "%s"', (output) => {
  expect(parseVersion(output)).toBeUndefined()
})

describe('the oldest restic', () => {
  it.each([
    [[0, 13], true],
    [[0, 14], false],
    [[0, 9], true],
    [[1, 0], false],
  ] as const)('is not %j: %s', (version, isTooOld) => {
    expect(isOlder(version, oldestVersion)).toBe(isTooOld)
  })
})

it('asks for features, which come with their version and stay', () => {
  const none = featuresOf([0, 14])
  expect(Object.values(none)).toEqual(Object.values(none).map(() => false))
  expect(featuresOf([0, 16])).toEqual({
    restCredentialsByEnvironment: false,
    exitCodes: false,
    restoreJson: true,
    parentGrouping: true,
    sparseRestore: true,
    keepsOldest: true,
  })
  expect(Object.values(featuresOf([1, 0])).every(Boolean)).toBe(true)
})
