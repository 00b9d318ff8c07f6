#!/usr/bin/env node
// Makes a deb with dpkg-deb, or an rpm with rpmbuild, from the arguments that electron-builder gives to fpm, whose own
// download may be out of reach. Only what electron-builder 26 uses is understood; anything else is refused.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

const flags = new Set(['--force', '--debug'])
/** @type {Record<string, string>} */
const options = {}
/** @type {Record<string, string[]>} */
const lists = { '-d': [], '--deb-recommends': [] }
const sources = []
const args = process.argv.slice(2)
while (args.length > 0) {
  const argument = args.shift()
  if (flags.has(argument)) continue
  if (argument in lists) lists[argument].push(args.shift())
  else if (argument.startsWith('-')) options[argument] = args.shift()
  else sources.push(argument)
}
const known = new Set([
  '-s',
  '-t',
  '--architecture',
  '--after-install',
  '--after-remove',
  '--description',
  '--version',
  '--package',
  '--name',
  '--maintainer',
  '--vendor',
  '--url',
  '--category',
  '--deb-priority',
  '--license',
  '--iteration',
  '--deb-compression',
  '--rpm-os',
  '--rpm-compression',
  '--rpm-summary',
  '--log',
])
for (const name of Object.keys(options)) {
  if (!known.has(name)) throw new Error(`fpm-stand-in does not know ${name}.`)
}
if (options['-s'] !== 'dir') throw new Error('fpm-stand-in only packs folders.')

const work = mkdtempSync(path.join(tmpdir(), 'holdfast-package-'))
try {
  const tree = path.join(work, 'tree')
  mkdirSync(tree, { mode: 0o755 })
  for (const source of sources) place(source, tree)
  execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', tree])
  const licence = path.join(tree, 'usr', 'share', 'doc', options['--name'])
  mkdirSync(licence, { recursive: true, mode: 0o755 })
  const docs = sources[0].split('=')[0]
  copyFileSync(
    path.join(docs, 'resources', 'licences', 'LICENSE-holdfast.txt'),
    path.join(licence, 'copyright'),
  )
  chmodSync(path.join(licence, 'copyright'), 0o644)
  if (options['-t'] === 'deb') deb(tree)
  else if (options['-t'] === 'rpm') rpm(tree)
  else throw new Error(`fpm-stand-in does not make ${options['-t']}.`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

function place(source, tree) {
  const cut = source.indexOf('=')
  const from = source.slice(0, cut)
  const to = path.join(tree, source.slice(cut + 1))
  const isFolder = statSync(from).isDirectory()
  mkdirSync(isFolder ? to : path.dirname(to), { recursive: true, mode: 0o755 })
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}

function deb(tree) {
  const control = path.join(tree, 'DEBIAN')
  mkdirSync(control, { mode: 0o755 })
  const size = execFileSync('du', ['-sk', '--exclude=DEBIAN', tree]).toString().split('\t')[0]
  const [synopsis, ...rest] = options['--description']
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const fields = {
    Package: options['--name'],
    Version: options['--version'],
    Architecture: options['--architecture'],
    Maintainer: options['--maintainer'],
    'Installed-Size': size,
    Depends: lists['-d'].join(', '),
    Recommends: lists['--deb-recommends'].join(', '),
    Section: options['--category'] ?? 'utils',
    Priority: options['--deb-priority'] ?? 'optional',
    Homepage: options['--url'],
    Description: [synopsis, ...rest.map((line) => ` ${line}`)].join('\n'),
  }
  const text = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
  writeFileSync(path.join(control, 'control'), text)
  for (const [name, option] of [
    ['postinst', '--after-install'],
    ['postrm', '--after-remove'],
  ]) {
    copyFileSync(options[option], path.join(control, name))
    chmodSync(path.join(control, name), 0o755)
  }
  // Fast on purpose: this stand-in is for trying packages out.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, options['--package']], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function rpm(tree) {
  const scriptOf = (option) =>
    readFileSync(options[option], 'utf8')
      .replace(/^#!.*\n/, '')
      .replaceAll('%', '%%')
  const spec = `Name: ${options['--name']}
Version: ${options['--version']}
Release: 1
Summary: ${options['--rpm-summary'] ?? options['--name']}
License: ${options['--license'] ?? 'Apache-2.0'}
Vendor: ${options['--vendor']}
URL: ${options['--url']}
${lists['-d'].map((each) => `Requires: ${each}`).join('\n')}
AutoReqProv: no
%define _build_id_links none
%define __os_install_post %{nil}
%define _binary_payload w1.gzdio
%description
${options['--description'].trim()}
%post
${scriptOf('--after-install')}
%postun
${scriptOf('--after-remove')}
%files
%defattr(-,root,root,-)
/opt/*
/usr/share/*
`
  const file = path.join(work, 'package.spec')
  writeFileSync(file, spec)
  execFileSync(
    'rpmbuild',
    [
      '-bb',
      '--quiet',
      '--target',
      options['--architecture'],
      '--buildroot',
      tree,
      '--define',
      `_rpmdir ${work}`,
      '--define',
      '_rpmfilename out.rpm',
      '--define',
      `_topdir ${work}/rpm`,
      file,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  copyFileSync(path.join(work, 'out.rpm'), options['--package'])
}
