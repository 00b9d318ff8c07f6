import { describe, expect, it } from 'vitest'
import { includeBatches, includePattern, selectionOf } from './selection.ts'

describe('a selection', () => {
  it('holds what was chosen and everything below, and nothing else', () => {
    const { has } = selectionOf(['/home/ann/docs', '/etc/hosts'])
    expect(['/home/ann/docs', '/home/ann/docs/a/b', '/etc/hosts'].every(has)).toBe(true)
    expect(['/home/ann', '/home/ann/docs2', '/home/ann/doc', '/etc'].some(has)).toBe(false)
  })

  it.each([[[]], [['/']], [['//']]])('of %j holds everything', (paths) => {
    const selection = selectionOf(paths)
    expect(selection.has('/anything/at all')).toBe(true)
    expect(selection.paths).toEqual([])
  })

  it('names no path twice: what lies inside another is part of it', () => {
    expect(selectionOf(['/a/b', '/a', '/a/b/c', '/ab/']).paths).toEqual(['/a', '/ab'])
  })

  it.each(['relative', '../up', '/a/../b', '/a/./b', 'C:\\x'])('refuses %j, naming the field', (path) => {
    expect(() => selectionOf(['/fine', path])).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        details: { paths: ['paths.1'], reason: 'not-absolute' },
      }) as Error,
    )
  })
})

describe('a path as a pattern of restic', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a*b?c[d]e\\f', '/a\\*b\\?c\\[d]e\\\\f'],
    ['/new\nline', '/new\nline'],
    // A byte that is no UTF-8 came as a replacement character.
    ['/b\ufffdd', '/b?d'],
  ])('%j is %j', (path, pattern) => {
    expect(includePattern(path, 'linux')).toBe(pattern)
  })

  it('has no escapes on Windows, where a backslash separates', () => {
    expect(includePattern('/C/a[1]', 'win32')).toBe('/C/a[[]1]')
  })
})

describe('the runs for many patterns', () => {
  it('are one where everything is restored', () => {
    expect(includeBatches([], 'linux')).toEqual([[]])
  })

  it('are as many as the system’s limit of arguments needs, and lose nothing', () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => `/${'x'.repeat(200)}/${index}`)
    const batches = includeBatches(patterns, 'linux')
    expect(batches.length).toBeGreaterThan(1)
    expect(batches.flat()).toEqual(patterns)
    for (const batch of batches) expect(batch.join(' ').length).toBeLessThan(1_000_000)
  })
})
