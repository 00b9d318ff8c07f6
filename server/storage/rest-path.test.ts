import { describe, expect, it } from 'vitest'
import { parseRestPath } from './rest-path.ts'

const repositoryId = 'rep_AAAAAAAAAAAAAAAAAAAAAA'
const base = `/restic/${repositoryId}`
const name = 'ab'.repeat(32)

describe('a path of the REST protocol', () => {
  it.each([
    [`${base}/`, { kind: 'repository', repositoryId, isCreate: false }],
    [`${base}/?create=true`, { kind: 'repository', repositoryId, isCreate: true }],
    [`${base}/config`, { kind: 'object', repositoryId, object: { type: 'config', name: 'config' } }],
    [`${base}/data/`, { kind: 'folder', repositoryId, type: 'data' }],
    [`${base}/locks/${name}`, { kind: 'object', repositoryId, object: { type: 'locks', name } }],
  ])('%s is understood', (path, target) => {
    expect(parseRestPath(path)).toEqual(target)
  })

  it.each([
    base,
    `${base}//`,
    `${base}/data`,
    `${base}/config/`,
    `${base}/config/x`,
    `${base}/data/${name.toUpperCase()}`,
    `${base}/data/${name.slice(1)}`,
    `${base}/data/${name}0`,
    `${base}/data/${name}/`,
    `${base}/data/${name.slice(0, 2)}/${name}`,
    `${base}/data/../config`,
    `${base}/data/%2e%2e/config`,
    `${base}/%64ata/`,
    `${base}/data/${name}%00`,
    `${base}/data/${name}\n`,
    `${base}/trash/${name}`,
    `${base}/Data/`,
    `${base}/.incoming/`,
    `/restic/${repositoryId}x/config`,
    `/restic/../${repositoryId}/config`,
    `/restic//config`,
    `/restic/rep_/config`,
    `/RESTIC/${repositoryId}/config`,
    `x${base}/config`,
    '',
  ])('%j leads nowhere', (path) => {
    expect(parseRestPath(path)).toEqual({ kind: 'none' })
  })
})
