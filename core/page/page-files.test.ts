import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPageFiles, type PageFiles } from './page-files.ts'
import { contentSecurityPolicy } from './page-policy.ts'

let parent: string
let files: PageFiles

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'holdfast-page-'))
  const folder = join(parent, 'renderer')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'assets', 'index-abc.js'), 'run()')
  await writeFile(join(folder, 'assets', 'index-abc.js.map'), '{}')
  await writeFile(join(parent, 'secret.json'), 'secret')
  await symlink(join(parent, 'secret.json'), join(folder, 'link.json'))
  files = await openPageFiles(folder)
})

afterEach(async () => {
  await rm(parent, { recursive: true })
})

describe('the files of the interface', () => {
  it('come with their type and the content security policy', async () => {
    const answer = await files.answer('/assets/index-abc.js')
    expect(Buffer.from(answer.body).toString()).toBe('run()')
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    })
  })

  it.each(['/', '/restore', '/sets/new'])(
    'answer the screen %s with the page, never cached',
    async (path) => {
      const answer = await files.answer(path)
      expect(answer.status).toBe(200)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    },
  )

  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '//secret.json',
    '/..\\secret.json',
    '/link.json',
    '/assets/index-abc.js.map',
    '/missing.js',
  ])('do not include %s', async (path) => {
    const answer = await files.answer(path)
    expect(answer.status).toBe(404)
    expect(answer.body.length).toBe(0)
    expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy)
  })

  it('must have been built', async () => {
    await expect(openPageFiles(join(parent, 'renderer', 'assets'))).rejects.toThrow('was not built')
  })
})

describe('the content security policy', () => {
  it('allows no inline script or style, no evaluation, no other origin and no frame', () => {
    expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|\*|wss?:/)
    expect(contentSecurityPolicy).toContain("default-src 'none'")
    expect(contentSecurityPolicy).toContain("frame-ancestors 'none'")
    expect(contentSecurityPolicy).toContain("base-uri 'none'")
    expect(contentSecurityPolicy).toContain("form-action 'none'")
  })
})
