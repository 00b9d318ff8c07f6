import { describe, expect, it } from 'vitest'
import { featuresOf, type Engine } from './engine.ts'
import { minimalEnvironment, resticEnvironment, secretsOf, type Repository } from './environment.ts'
import { redact } from './redact.ts'

const repository: Repository = {
  kind: 'server',
  address: 'https://backup.example:8443',
  path: '/restic/rep_1/',
  user: 'lea_abc',
  secret: 's3cr/t+?@',
  caFile: null,
  proxy: null,
  password: 'HFK1-AAAA',
  cacheFolder: '/profile/cache',
}
const engine = (version: readonly [number, number]): Engine => ({
  path: '/usr/bin/restic',
  version: version.join('.'),
  features: featuresOf(version),
})

describe('the environment of restic', () => {
  it('carries the lease in variables of its own from 0.17', () => {
    expect(resticEnvironment(engine([0, 17]), repository, {})).toEqual({
      RESTIC_PASSWORD: 'HFK1-AAAA',
      RESTIC_CACHE_DIR: '/profile/cache',
      RESTIC_PROGRESS_FPS: '5',
      RESTIC_REPOSITORY: 'rest:https://backup.example:8443/restic/rep_1/',
      RESTIC_REST_USERNAME: 'lea_abc',
      RESTIC_REST_PASSWORD: 's3cr/t+?@',
    })
  })

  it('carries the lease inside the address before that, escaped', () => {
    const { RESTIC_REPOSITORY: address = '' } = resticEnvironment(engine([0, 14]), repository, {})
    expect(address).toBe('rest:https://lea_abc:s3cr%2Ft+%3F%40@backup.example:8443/restic/rep_1/')
    expect(new URL(address.slice('rest:'.length)).host).toBe('backup.example:8443')
  })

  it('goes through the proxy that we go through, and through no other', () => {
    const own = { HTTPS_PROXY: 'http://other.example', https_proxy: 'http://x', NO_PROXY: '*', no_proxy: '*' }
    const proxy = { address: 'http://proxy.example:3128', loginName: 'ann', password: 'p@ss' }
    const carried = resticEnvironment(engine([0, 18]), { ...repository, proxy }, own)
    expect(carried).toMatchObject({
      HTTPS_PROXY: 'http://ann:p%40ss@proxy.example:3128',
      HTTP_PROXY: 'http://ann:p%40ss@proxy.example:3128',
    })
    for (const environment of [carried, resticEnvironment(engine([0, 18]), repository, own)]) {
      expect(Object.values(environment)).not.toContain('*')
      expect(JSON.stringify(environment)).not.toMatch(/other\.example|"http:\/\/x"/)
    }
    expect(secretsOf({ ...repository, proxy })).toContain('p@ss')
  })

  it('takes nothing along that restic or anybody else of ours would act on', () => {
    const own = {
      PATH: '/bin',
      Home: '/home/ann',
      RESTIC_PASSWORD_COMMAND: 'steal',
      RESTIC_REPOSITORY_FILE: '/etc/other',
      HOLDFAST_HOME: '/profile',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: '--inspect',
      LD_PRELOAD: '/tmp/evil.so',
    }
    expect(minimalEnvironment(own)).toEqual({ PATH: '/bin', Home: '/home/ann' })
  })
})

describe('what a child said, redacted', () => {
  it('holds no secret, plain or escaped for an address', () => {
    const said = 'rest:https://lea_abc:s3cr%2Ft+%3F%40@host/ and s3cr/t+?@ and HFK1-AAAA'
    const clean = redact(said, ['s3cr/t+?@', 'HFK1-AAAA'])
    expect(clean).not.toMatch(/s3cr|HFK1/)
  })

  it('holds no password of any address, also of one that is not known', () => {
    expect(redact('http://user:hunter2@host/x', [])).toBe('http://user:***@host/x')
  })

  it('stays readable with an empty secret', () => {
    expect(redact('all is well', [''])).toBe('all is well')
  })
})
