import { AppError } from '../../shared/errors.ts'

/** Which part of a snapshot a restore is about: files and folders by their path in the snapshot. */
export interface Selection {
  /** Absolute paths in the snapshot without a slash at the end; none lies inside another. Empty = everything. */
  readonly paths: readonly string[]
  readonly has: (path: string) => boolean
}

/** @throws AppError INPUT_INVALID for a path that is not absolute or climbs */
export function selectionOf(paths: readonly string[]): Selection {
  const normal = new Set(paths.map(normalPath))
  const isInside = (path: string): boolean => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (normal.has(path.slice(0, at))) return true
    }
    return false
  }
  // The top itself means everything.
  if (normal.has('')) return { paths: [], has: () => true }
  return {
    paths: Array.from(normal).filter((path) => !isInside(path)),
    has: (path) => normal.size === 0 || normal.has(path) || isInside(path),
  }
}

function normalPath(path: string, index: number): string {
  const parts = path.split('/')
  if (!path.startsWith('/') || parts.includes('..') || parts.includes('.') || path.includes('\0')) {
    throw new AppError('INPUT_INVALID', 'Paths in a snapshot are absolute.', {
      details: { paths: [`paths.${index}`], reason: 'not-absolute' },
    })
  }
  return path.replace(/\/+/g, '/').replace(/\/$/, '')
}

/**
 * A path as a pattern of `restic restore --include` that means just this path
 * (https://pkg.go.dev/path/filepath#Match). A byte that is not UTF-8 reached us as U+FFFD; `?` finds it again.
 */
export function includePattern(path: string, platform: NodeJS.Platform): string {
  const escaped =
    platform === 'win32'
      ? // There is no escaping on Windows, and `*` and `?` are in no name there.
        path.replaceAll('[', '[[]')
      : path.replace(/[\\*?[]/g, (special) => `\\${special}`)
  return escaped.replaceAll('�', '?')
}

/** A system takes only so much in arguments: Windows 32 KiB, Linux 2 MiB and 128 KiB in one. */
export function includeBatches(patterns: readonly string[], platform: NodeJS.Platform): string[][] {
  const limit = platform === 'win32' ? 20_000 : 500_000
  const batches: string[][] = []
  let length = limit
  for (const pattern of patterns) {
    const size = Buffer.byteLength(pattern) + 20
    if (length + size > limit) {
      batches.push([])
      length = 0
    }
    batches.at(-1)?.push(pattern)
    length += size
  }
  // Without a pattern everything is restored, by one run.
  return batches.length === 0 ? [[]] : batches
}
