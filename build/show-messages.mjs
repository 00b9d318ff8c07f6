// Shows the messages of the outbox as they are written, the way a telephone would.
import { watch } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

export async function showMessages(folder) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const shown = new Set(await readdir(folder))
  const look = async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !shown.has(name))
    for (const name of names.sort()) {
      shown.add(name)
      const { to, text } = JSON.parse(await readFile(path.join(folder, name), 'utf8'))
      process.stderr.write(`\n✉  to ${to}: ${text}\n`)
    }
  }
  const watcher = watch(folder, () => void look().catch(() => {}))
  return { stop: () => watcher.close() }
}
