import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

export interface TextFile {
  /** From the repository's root, with forward slashes. */
  readonly name: string
  readonly text: string
}

function listed(...patterns: string[]): TextFile[] {
  const args = ['ls-files', '-co', '--exclude-standard', '-z', '--', ...patterns]
  const names = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0')
  return names
    .filter((name) => name !== '' && isThere(name))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }))
}

function isThere(name: string): boolean {
  try {
    readFileSync(path.join(root, name))
    return true
  } catch {
    return false
  }
}

/** README and everything below docs/. */
export function documents(): TextFile[] {
  return listed('README.md', 'docs/**/*.md', 'docs/*.md')
}

/** Every file that git tracks or would track and that is text. */
export function textFiles(): TextFile[] {
  return listed('.').filter(({ text }) => !text.includes('\0'))
}

/** Relative targets of links and pictures, without their fragment. */
export function relativeLinks({ text }: TextFile): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target) && !target.startsWith('#'))
    .map((target) => target.replace(/#.*$/, ''))
}

/** Lines of code blocks, and code within lines. */
export function codeOf({ text }: TextFile): string[] {
  const blocks = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '')
  const lines = blocks.flatMap((block) => block.replace(/\\\n\s*/g, ' ').split('\n'))
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...lines, ...spans]
}

/** The cells of the Markdown table between `<!-- name -->` and `<!-- /name -->`, without its head. */
export function tableIn(text: string, name: string): string[][] {
  const block = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(text)?.[1]
  if (block === undefined) throw new Error(`There is no table ${name}.`)
  const rows = block.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map(cellsOf)
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
