import type { Lease } from '../../shared/model/lease.ts'

/** What a request carries beside its credentials. */
interface Extras {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One request that a thief sends with a stolen lease, and what came back. */
export interface Attempt {
  readonly what: string
  readonly status: number
}

const json = { accept: 'application/vnd.x.restic.rest.v2' }

/** Names and sizes of what a repository lists, by type. */
export async function listing(
  address: string,
  lease: Lease,
  type: string,
): Promise<{ name: string; size: number }[]> {
  const response = await send(address, lease, 'GET', `${type}/`, { headers: json })
  if (!response.ok) throw new Error(`listing ${type} answered ${response.status}`)
  return (await response.json()) as { name: string; size: number }[]
}

/** Everything at the storage endpoint that would read a file, change an object or erase one. */
export async function attackStorage(
  address: string,
  lease: Lease,
  otherRepository: string,
): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  const attempt = async (what: string, method: string, path: string, init: Extras = {}): Promise<void> => {
    const response = await send(address, lease, method, path, init)
    await response.arrayBuffer()
    attempts.push({ what, status: response.status })
  }
  const packs = await listing(address, lease, 'data')
  const largest = packs.reduce((a, b) => (b.size > a.size ? b : a))
  const first = async (type: string): Promise<string> =>
    (await listing(address, lease, type))[0]?.name ?? 'none'
  const [snapshot, index, key] = [await first('snapshots'), await first('index'), await first('keys')]

  await attempt('read the largest pack', 'GET', `data/${largest.name}`)
  await attempt('read a part of it', 'GET', `data/${largest.name}`, {
    headers: { range: 'bytes=0-16777215' },
  })
  await attempt('delete a pack', 'DELETE', `data/${largest.name}`)
  await attempt('delete a snapshot', 'DELETE', `snapshots/${snapshot}`)
  await attempt('delete an index', 'DELETE', `index/${index}`)
  await attempt('delete the key file', 'DELETE', `keys/${key}`)
  await attempt('delete the config', 'DELETE', 'config')
  await attempt('delete the repository', 'DELETE', '')
  await attempt('overwrite a pack', 'POST', `data/${largest.name}`, { body: 'x'.repeat(64) })
  await attempt('overwrite the config', 'POST', 'config', { body: 'x'.repeat(64) })
  await attempt('add a key of one’s own', 'POST', `keys/${'a'.repeat(64)}`, { body: 'x'.repeat(64) })
  await attempt('store under a wrong name', 'POST', `data/${'b'.repeat(64)}`, { body: 'x'.repeat(64) })
  await attempt('climb out of the repository', 'GET', 'data/..%2f..%2f..%2fetc%2fpasswd')
  await attempt('list another repository', 'GET', `../${otherRepository}/snapshots/`, { headers: json })
  return attempts
}

function send(address: string, lease: Lease, method: string, path: string, init: Extras): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${lease.id}:${lease.secret}`).toString('base64')}`
  const url = path.startsWith('../')
    ? `${address}/restic/${path.slice(3)}`
    : `${address}${lease.repositoryPath}${path}`
  return fetch(url, { ...init, method, headers: { ...init.headers, authorization } })
}
