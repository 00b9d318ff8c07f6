import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { pageHeaders } from './page-policy.ts'

export interface PageAnswer {
  readonly status: 200 | 404
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The files of the interface's build, as a scheme or an HTTP host serves them. */
export interface PageFiles {
  /** @param pathname of the address, still percent-encoded */
  answer(pathname: string): Promise<PageAnswer>
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/**
 * Lists the folder once; only what is in that list is ever read, so that no address can lead out of it.
 * A path without a file's ending is a screen of the interface and gets `index.html`.
 *
 * @throws Error when the folder has no `index.html`: the interface was not built
 */
export async function openPageFiles(folder: string): Promise<PageFiles> {
  const files = await listFiles(folder)
  const index = files.get('/index.html')
  if (index === undefined) throw new Error(`The interface was not built: ${folder} has no index.html.`)
  return {
    answer: async (pathname) => {
      const file = extname(pathname) === '' ? index : files.get(pathname)
      const type = contentTypes[extname(file ?? '')]
      if (file === undefined || type === undefined) {
        return {
          status: 404,
          headers: { ...pageHeaders, 'cache-control': 'no-store' },
          body: new Uint8Array(),
        }
      }
      // The build puts a hash of the content into the names below assets.
      const isHashed = pathname.startsWith('/assets/')
      const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-store'
      const headers = { ...pageHeaders, 'content-type': type, 'cache-control': caching }
      return { status: 200, headers, body: await readFile(file) }
    },
  }
}

async function listFiles(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const walk = async (current: string): Promise<void> => {
    for (const entry of await readdir(current, { withFileTypes: true })) {
      const path = join(current, entry.name)
      if (entry.isDirectory()) await walk(path)
      else if (entry.isFile()) files.set(`/${relative(folder, path).split(sep).join('/')}`, path)
    }
  }
  await walk(folder)
  return files
}
