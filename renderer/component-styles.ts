import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const name = 'virtual:component-styles.css'
const folder = path.dirname(fileURLToPath(import.meta.url))
const library = path.join(folder, '../node_modules/@mantine')
/** Rules that belong to no component. The library's default variables are left out: the theme sets them all. */
const foundations = ['baseline', 'global']

/**
 * The style sheets of those components that the interface uses, instead of the library's of all of them.
 * Which those are follows from the imports. The build fails when a component is in it whose style is not.
 */
export function componentStyles(): Plugin {
  const used = stylesInUse()
  return {
    name: 'holdfast-component-styles',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? sheetOf(used) : undefined),
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const missing = Object.keys(chunk.modules)
          .map(styleNamed)
          .find((each) => each !== undefined && !used.has(each))
        if (missing !== undefined) this.error(`The style of the component ${missing} is missing in ${name}.`)
      }
    },
  }
}

/** In the library's order: the rules of later components override those of earlier ones. */
function sheetOf(used: ReadonlySet<string>): string {
  const whole = fs.readFileSync(path.join(library, 'core/styles.css'), 'utf8')
  return [...foundations, ...used]
    .map((each) => fs.readFileSync(path.join(library, 'core/styles', `${each}.css`), 'utf8'))
    .map((rules) => ({ rules, place: placeIn(whole, rules.trim()) }))
    .sort((a, b) => a.place - b.place)
    .map(({ rules }) => rules)
    .join('\n')
}

function placeIn(whole: string, rules: string): number {
  const place = whole.indexOf(rules)
  if (place === -1) throw new Error('A style sheet of a component is not a part of the whole: order unknown.')
  return place
}

/** The modules that a component's style sheet became are named after it. */
function styleNamed(file: string): string | undefined {
  return /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/.exec(file.replaceAll('\\', '/'))?.[1]
}

/** Follows the imports from the interface's sources through the library. */
function stylesInUse(): ReadonlySet<string> {
  const used = new Set<string>()
  const seen = new Set<string>()
  const modules = modulesOfLibrary()
  const open = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => path.join(folder, file))
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    const style = styleNamed(file)
    if (style !== undefined) used.add(style)
    const isOfLibrary = file.startsWith(library)
    for (const { names, from } of importsOf(file)) {
      if (from.startsWith('@mantine/')) {
        open.push(...names.flatMap((each) => modules.get(`${from} ${each}`) ?? []))
      } else if (isOfLibrary && from.startsWith('.')) {
        open.push(path.join(path.dirname(file), from))
      }
    }
  }
  return used
}

/** Where a name that a package exports is defined, by package and name. */
function modulesOfLibrary(): ReadonlyMap<string, string> {
  return new Map(
    ['core', 'dates'].flatMap((each) => {
      const index = path.join(library, each, 'esm/index.mjs')
      return importsOf(index)
        .filter(({ from }) => from.startsWith('.'))
        .flatMap(({ names, from }) =>
          names.map((known) => [`@mantine/${each} ${known}`, path.join(path.dirname(index), from)] as const),
        )
    }),
  )
}

function importsOf(file: string): readonly { names: readonly string[]; from: string }[] {
  const text = fs.readFileSync(file, 'utf8')
  return [...text.matchAll(/^import\s(?:([^'";]*?)\sfrom\s)?['"]([^'"]+)['"]/gm)].map(
    ([, names = '', from = '']) => ({
      names: names
        .replaceAll(/[{}]/g, ',')
        .split(',')
        .map((each) => each.trim().split(' as ')[0] ?? ''),
      from,
    }),
  )
}
