// Proves a deb on this machine: installs it, starts what was installed, upgrades it, removes it, and looks at what each
// step left. Needs root, Xvfb, and a machine that has no Holdfast installed.
//
//   node build/packaging/prove-deb.mjs dist/packages/holdfast-….deb
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

const [deb] = process.argv.slice(2)
if (deb === undefined) throw new Error('Name the deb.')
if (existsSync('/opt/Holdfast') || existsSync('/usr/bin/holdfast'))
  throw new Error('Holdfast is installed already.')
const work = mkdtempSync(path.join(tmpdir(), 'holdfast-deb-'))
const home = path.join(work, 'home')
let isInstalled = false

try {
  const before = snapshot()
  apt('install', deb)
  isInstalled = true
  check('the terminal command is on the PATH', () => run('/usr/bin/holdfast', ['--version']).trim())
  check('the terminal command finds its own engine', () => {
    const status = JSON.parse(run('/usr/bin/holdfast', ['--json', '--home', home, 'status']))
    return JSON.stringify(status).includes('/opt/Holdfast/resources/') ? 'yes' : fail(JSON.stringify(status))
  })
  check('it has its own licences', () => readdirSync('/opt/Holdfast/resources/licences').join(', '))
  check('nobody but root can write any of it', () => {
    const loose = run('find', [
      '/opt/Holdfast',
      '!',
      '-type',
      'l',
      '(',
      '-perm',
      '/022',
      '-o',
      '!',
      '-user',
      'root',
      ')',
    ]).trim()
    return loose === '' ? 'yes' : fail(loose)
  })
  check('it is no Node for others', () => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    const args = [
      '/usr/bin/holdfast-desktop',
      '--no-sandbox',
      '-e',
      'console.log("ran as node")',
      '--version',
    ]
    const output = run('timeout', ['20', 'xvfb-run', '-a', ...args], { env, mayFail: true })
    return output.includes('ran as node') ? fail(output) : 'yes'
  })
  check('the installed window opens on its profile', () => openWindow())
  apt('install', newer(deb))
  check('after an upgrade the commands are still there', () => run('/usr/bin/holdfast', ['--version']).trim())
  check('after an upgrade the window opens on the same profile', () => openWindow())
  apt('remove', 'holdfast')
  isInstalled = false
  check('removing leaves nothing of it', () => {
    const left = snapshot().filter((each) => !before.includes(each))
    return left.length === 0 ? 'yes' : fail(left.join(' '))
  })
  check('removing leaves the person’s profile', () => readdirSync(home).join(', '))
  check('no process of it runs', () => {
    const found = run('pgrep', ['-f', '/opt/Holdfast'], { mayFail: true }).trim()
    return found === '' ? 'yes' : fail(found)
  })
  console.log('the deb is proven')
} finally {
  if (isInstalled) apt('remove', 'holdfast')
  rmSync(work, { recursive: true, force: true })
}

function check(rule, prove) {
  console.log(`ok  ${rule}: ${prove()}`)
}

function fail(found) {
  throw new Error(`found: ${found}`)
}

function run(program, args, { env = process.env, mayFail = false } = {}) {
  try {
    return execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
  } catch (error) {
    const output = `${error.stdout ?? ''}${error.stderr ?? ''}`
    if (mayFail) return output
    throw new Error(`${program} ${args.join(' ')}: ${output.slice(-2000)}`)
  }
}

function apt(what, name) {
  const target = name.endsWith('.deb') ? path.resolve(name) : name
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', [what, '--yes', '-qq', '--allow-downgrades', target], { env })
}

/** Everything that an installation may leave: programs, links, services, desktop entries, profiles of AppArmor. */
function snapshot() {
  const folders = [
    '/opt',
    '/usr/bin',
    '/usr/local/bin',
    '/usr/share/applications',
    '/usr/share/icons',
    '/usr/share/doc',
    '/etc/apparmor.d',
    '/etc/xdg/autostart',
    '/etc/systemd',
    '/usr/lib/systemd',
    '/lib/systemd',
    '/etc/holdfast',
    '/etc/alternatives',
    '/var/lib/holdfast',
  ].filter((folder) => existsSync(folder))
  return run('find', [...folders, '-iname', '*holdfast*'], { mayFail: true })
    .split('\n')
    .filter((each) => each !== '')
    .sort()
}

/** Opens the installed program, waits for its page, and ends it; returns what the page says. */
function openWindow() {
  const script = path.join(work, 'open.mjs')
  writeFileSync(script, readFileSync(new URL('open-installed.mjs', import.meta.url)))
  return run('timeout', [
    '90',
    'xvfb-run',
    '-a',
    process.execPath,
    script,
    '/usr/bin/holdfast-desktop',
    home,
  ]).trim()
}

/** The same package under a higher version. */
function newer(file) {
  const tree = path.join(work, 'newer')
  run('dpkg-deb', ['-R', file, tree])
  const control = path.join(tree, 'DEBIAN', 'control')
  const text = readFileSync(control, 'utf8').replace(/^Version: (.*)$/m, 'Version: $1.1')
  writeFileSync(control, text)
  const packed = path.join(work, 'newer.deb')
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, packed])
  rmSync(tree, { recursive: true })
  return packed
}
