import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly name: string
  readonly text: string
}

/** TypeScript files that git tracks or would track. */
export function sourceFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', '--', '*.ts', '*.tsx'], {
    cwd: root,
  })
  return list
    .toString()
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }))
}

/** Module specifiers of static and dynamic imports and re-exports. */
export function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '')
}

/** Where an import leads: a top-level folder of the repository, or the package's name. */
export function targetOf(file: SourceFile, specifier: string): { folder: string } | { package: string } {
  if (!specifier.startsWith('.')) return { package: specifier }
  const resolved = path.posix.join(path.posix.dirname(file.name), specifier)
  return { folder: resolved.split('/')[0] ?? '' }
}

export function isTest(file: SourceFile): boolean {
  return /\.test\.tsx?$/.test(file.name)
}
