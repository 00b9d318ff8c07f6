import { describe, expect, it } from 'vitest'
import { isTest, sourceFiles } from './source-files.ts'

/** What the client's code may run on at the oldest: the Node 18.18 and Chromium 120 of the oldest supported Electron. */
const newer: Readonly<Record<string, RegExp>> = {
  'URL.parse (Node 22, Chromium 126; use URL.canParse)': /\bURL\.parse\(/,
  'Array.prototype.toSorted and its like (Node 20)': /\.(?:toSorted|toReversed|toSpliced)\(/,
  'Object.groupBy, Map.groupBy (Node 21)': /\b(?:Object|Map)\.groupBy\(/,
  'Promise.withResolvers, Promise.try (Node 22)': /\bPromise\.(?:withResolvers|try)\b/,
  'Array.fromAsync (Node 22, Chromium 121)': /\bArray\.fromAsync\(/,
  'AbortSignal.any (Node 20)': /\bAbortSignal\.any\(/,
  'import.meta.dirname (Node 20)': /\bimport\.meta\.(?:dirname|filename)\b/,
}

const folders = ['shared', 'core', 'renderer', 'electron', 'cli']
const files = sourceFiles().filter(
  (file) =>
    folders.includes(file.name.split('/')[0] ?? '') &&
    !isTest(file) &&
    !/\.fixture\.|\/testing\/|\/dev\//.test(file.name),
)

describe('the client', () => {
  it('has code to look at in each of its folders', () => {
    expect(new Set(files.map(({ name }) => name.split('/')[0]))).toEqual(new Set(folders))
  })

  it.each(Object.entries(newer))('calls nothing that its oldest platform lacks: %s', (_name, pattern) => {
    expect(files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([])
  })
})
