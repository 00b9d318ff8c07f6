import { sep } from 'node:path'

/** Names are bytes and not always text; these paths keep them as they are. */
export function joinBytes(folder: Buffer, name: Buffer): Buffer {
  const separator = Buffer.from(sep)
  const needsNone = folder.subarray(-separator.length).equals(separator)
  return Buffer.concat(needsNone ? [folder, name] : [folder, separator, name])
}

export function parentOf(path: Buffer): Buffer {
  const at = path.lastIndexOf(sep)
  return at <= 0 ? Buffer.from(sep) : path.subarray(0, at)
}

export function lastNameOf(path: Buffer): Buffer {
  return path.subarray(path.lastIndexOf(sep) + 1)
}

export function isAtOrBelow(path: Buffer, root: Buffer): boolean {
  return path.equals(root) || path.subarray(0, root.length + 1).equals(joinBytes(root, Buffer.alloc(0)))
}
