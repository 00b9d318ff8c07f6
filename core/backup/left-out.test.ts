import { describe, expect, it } from 'vitest'
import { leftOutList } from './left-out.ts'

const error = (during: string, item: string, more: { message?: string; Err?: number } = {}) =>
  ({ message_type: 'error', during, item, error: more }) as const

describe('what a backup lacks', () => {
  it('is told once although restic tells it while scanning and while reading', async () => {
    const list = leftOutList()
    list.addFrom(error('scan', '/a', { message: 'open /a: permission denied' }))
    list.addFrom(error('archival', '/a', { message: 'open /a: permission denied' }))
    expect(list.count()).toBe(1)
    expect(await list.list()).toEqual([{ path: '/a', reason: 'open: permission denied' }])
  })

  it('has a reason also where restic 0.14 gave a number', async () => {
    const list = leftOutList()
    list.addFrom(error('archival', '/a', { Err: 13 }))
    expect(await list.list()).toEqual([{ path: '/a', reason: 'permission denied' }])
  })

  it('has a reason also where restic 0.14 gave nothing at all', async () => {
    const list = leftOutList()
    list.addFrom(error('archival', '/no/such/file'))
    list.addFrom(error('archival', '/'))
    expect((await list.list()).map(({ reason }) => reason)).toEqual([
      'no such file or directory',
      'could not be read',
    ])
  })

  it('is named up to a thousand and counted beyond', async () => {
    const list = leftOutList()
    for (let index = 0; index < 1500; index += 1) list.add(`/${index}`, 'gone')
    expect(list.count()).toBe(1500)
    expect(await list.list()).toHaveLength(1000)
  })

  it('fits the contract, however long a name is', async () => {
    const list = leftOutList()
    list.add(`/${'x'.repeat(10_000)}`, 'y'.repeat(10_000))
    const [only] = await list.list()
    expect(only?.path.length).toBe(4096)
    expect(only?.reason.length).toBe(300)
  })
})
