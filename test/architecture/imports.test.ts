import { describe, expect, it } from 'vitest'
import { importsOf, isTest, sourceFiles, targetOf, type SourceFile } from './source-files.ts'

/** ARCHITECTURE §3: who may import whom. A folder may always import itself. */
const allowed: Record<string, readonly string[]> = {
  shared: [],
  core: ['shared'],
  renderer: ['shared'],
  electron: ['shared', 'core'],
  cli: ['shared', 'core'],
  server: ['shared'],
}

const layered = sourceFiles().filter((file) => folderOf(file) in allowed)

function folderOf(file: SourceFile): string {
  return file.name.split('/')[0] ?? ''
}

function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file.text).flatMap((specifier) => {
      const target = targetOf(file, specifier)
      const from = folderOf(file)
      if (!('folder' in target) || target.folder === from) return []
      // A test may use the shared test fixtures; what ships may not.
      if (isTest(file) && target.folder === 'test') return []
      return allowed[from]?.includes(target.folder) === true ? [] : [`${file.name} imports ${specifier}`]
    }),
  )
}

describe('the layers', () => {
  it('cover every folder with code in it', () => {
    expect(new Set(layered.map(folderOf))).toContain('shared')
    expect(layered.length).toBeGreaterThan(20)
  })

  it('import only what the import table allows', () => {
    expect(breaches(layered)).toEqual([])
  })

  it('are watched by a check that sees a breach', () => {
    const breach = {
      name: 'core/engine/wrong.ts',
      text: "import { openStore } from '../../server/store/store.ts'\n",
    }
    expect(breaches([breach])).toEqual(['core/engine/wrong.ts imports ../../server/store/store.ts'])
  })

  it('keep shared free of any platform', () => {
    const platform = layered
      .filter((file) => folderOf(file) === 'shared' && !isTest(file))
      .flatMap((file) => importsOf(file.text).map((specifier) => ({ file: file.name, specifier })))
      .filter(({ specifier }) => !specifier.startsWith('.') && specifier !== 'zod')
    expect(platform).toEqual([])
  })
})

describe('time', () => {
  /** House style: all time that logic sees comes through the Clock port. */
  const adapters = new Set([
    'server/clock.ts',
    'core/ports/system-clock.ts',
    'renderer/client/browser-clock.ts',
  ])
  const direct = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/

  it('is read only in the clock adapters', () => {
    const readers = layered
      .filter((file) => !isTest(file) && !adapters.has(file.name) && direct.test(file.text))
      .map((file) => file.name)
    expect(readers).toEqual([])
  })
})

describe('files', () => {
  it('stay below 500 lines', () => {
    const long = layered.filter((file) => file.text.split('\n').length > 500).map((file) => file.name)
    expect(long).toEqual([])
  })
})
