import { describe, expect, it } from 'vitest'
import { runWithFakes } from '../testing/run-with-fakes.ts'

const all = [
  ['--listen', '0.0.0.0'],
  ['--host-name', 'client.test'],
  ['--certificate', '/none/own.pem'],
  ['--private-key', '/none/own.key'],
] as const

describe('holdfast ui', () => {
  it.each(all)('lets no other computer in without TLS: %s is missing', async (flag) => {
    const flags = all.filter(([name]) => name !== flag).flat()
    const ran = await runWithFakes(['ui', ...flags])
    expect(ran.exitCode).toBe(2)
    expect(ran.terminal.remarks[0]).toContain('Other computers are let in only with')
    expect(ran.terminal.results).toEqual([])
  })

  it('does not start with a certificate that it cannot read', async () => {
    const ran = await runWithFakes(['ui', ...all.flat()])
    expect(ran.exitCode).toBe(2)
    expect(ran.terminal.remarks[0]).toContain('/none/own.pem cannot be read (ENOENT)')
  })
})
