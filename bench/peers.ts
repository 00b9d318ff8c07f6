import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const suite = 'trixie'
const packages = { 'restic-rest-server': 'usr/bin/restic-rest-server', restic: 'usr/bin/restic' }
const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), '.cache', 'peers')

/**
 * Gets the peers that the benchmarks compare with, on Debian, without installing anything: rest-server and a
 * newer restic come from the next release's packages, are unpacked below .cache/peers and run as they are.
 * Returns a line for each: where it is, or why it is left out.
 */
export function fetchPeers(): string[] {
  return Object.entries(packages).map(([name, program]) => {
    const target = path.join(folder, path.basename(program))
    try {
      if (!existsSync(target)) fetchPackage(name, program, target)
      return `${name}: ${target}`
    } catch (error) {
      return `${name}: left out, not to be had here (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})`
    }
  })
}

function fetchPackage(name: string, program: string, target: string): void {
  const apt = path.join(folder, 'apt')
  mkdirSync(path.join(apt, 'lists', 'partial'), { recursive: true })
  mkdirSync(path.join(apt, 'archives', 'partial'), { recursive: true })
  const sources = path.join(apt, 'sources.list')
  writeFileSync(
    sources,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debianMirror()} ${suite} main\n`,
  )
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=-',
    'Dir::Etc::Preferences=-',
    'Dir::Etc::PreferencesParts=-',
    `Dir::State::Lists=${path.join(apt, 'lists')}`,
    `Dir::Cache=${apt}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  const work = path.join(apt, name)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  execFileSync('apt-get', [...options, 'update'], { stdio: 'ignore' })
  execFileSync('apt-get', [...options, 'download', name], { cwd: work, stdio: 'ignore' })
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'))
  if (archive === undefined) throw new Error('no package came')
  execFileSync('dpkg-deb', ['-x', path.join(work, archive), path.join(work, 'unpacked')])
  renameSync(path.join(work, 'unpacked', program), target)
  rmSync(work, { recursive: true, force: true })
}

/** The mirror that this machine already uses. */
function debianMirror(): string {
  const places = ['/etc/apt/sources.list', ...listed('/etc/apt/sources.list.d')]
  for (const place of places.filter(existsSync)) {
    const match = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S*\/debian)\/?(?:\s|$)/m.exec(
      readFileSync(place, 'utf8'),
    )
    if (match?.[1] !== undefined) return match[1]
  }
  throw new Error('this is no Debian with a package mirror')
}

function listed(parent: string): string[] {
  return existsSync(parent) ? readdirSync(parent).map((file) => path.join(parent, file)) : []
}
