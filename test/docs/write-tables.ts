// Writes the tables that follow from the code into the documentation: node test/docs/write-tables.ts
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './doc-files.ts'
import { tables } from './tables.ts'

for (const { file, name, head, rows } of tables) {
  const target = path.join(root, file)
  const lines = [head, head.map(() => '---'), ...rows()].map((cells) => `| ${cells.join(' | ')} |`)
  const block = `<!-- ${name} -->\n\n${lines.join('\n')}\n\n<!-- /${name} -->`
  const text = readFileSync(target, 'utf8')
  writeFileSync(
    target,
    text.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`), () => block),
  )
}
