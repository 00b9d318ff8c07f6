// Draws the product's icons from holdfast.svg and mark.svg: PNGs for Linux, an .ico for Windows, an .icns for macOS
// and the pictures of the tray. Run it after editing a drawing; what it makes is kept in the repository.
//
//   node build/icons/render.mjs       (needs rsvg-convert: Debian's librsvg2-bin)
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.dirname(fileURLToPath(import.meta.url))
const drawing = readFileSync(path.join(folder, 'holdfast.svg'), 'utf8')
const mark = readFileSync(path.join(folder, 'mark.svg'), 'utf8')

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const pictures = new Map(sizes.map((size) => [size, render(drawing, size)]))

mkdirSync(path.join(folder, 'png'), { recursive: true })
for (const size of sizes) write(`png/${size}x${size}.png`, pictures.get(size))
write('icon.ico', ico([16, 24, 32, 48, 64, 128, 256]))
write('icon.icns', icns())

/** One picture for each state; macOS colours the template itself, so there the badge is a shape. */
const badges = {
  idle: '',
  running: '<circle cx="25" cy="7" r="5.4" fill="#2f9fe8"/>',
  attention: '<circle cx="25" cy="7" r="5.4" fill="#e2533b"/>',
  'signed-out': '<path d="M20.5 7H29.5" stroke="COLOUR" stroke-width="2.6" stroke-linecap="round"/>',
}
mkdirSync(path.join(folder, 'tray'), { recursive: true })
for (const [state, badge] of Object.entries(badges)) {
  for (const [suffix, size] of [
    ['', 22],
    ['@2x', 44],
  ]) {
    const draw = (colour) => render(mark.replace('BADGE', badge).replaceAll('COLOUR', colour), size)
    write(`tray/${state}${suffix}.png`, draw('#10756a'))
    const shape = badge.replace(/fill="#\w+"/, 'fill="#000000"')
    write(
      `tray/${state}Template${suffix}.png`,
      render(mark.replace('BADGE', shape).replaceAll('COLOUR', '#000000'), size),
    )
  }
}

function render(svg, size) {
  return execFileSync('rsvg-convert', ['--width', String(size), '--height', String(size)], { input: svg })
}

function write(name, bytes) {
  writeFileSync(path.join(folder, name), bytes)
}

/** Windows from Vista on takes PNG inside an .ico. */
function ico(wanted) {
  const header = Buffer.alloc(6)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(wanted.length, 4)
  let offset = 6 + 16 * wanted.length
  const entries = wanted.map((size) => {
    const entry = Buffer.alloc(16)
    const bytes = pictures.get(size)
    // 256 is written as 0.
    entry.writeUInt8(size % 256, 0)
    entry.writeUInt8(size % 256, 1)
    entry.writeUInt16LE(1, 4)
    entry.writeUInt16LE(32, 6)
    entry.writeUInt32LE(bytes.length, 8)
    entry.writeUInt32LE(offset, 12)
    offset += bytes.length
    return entry
  })
  return Buffer.concat([header, ...entries, ...wanted.map((size) => pictures.get(size))])
}

/** The types of Apple's icon format that hold PNG, with the pixels of each. */
function icns() {
  const types = {
    icp4: 16,
    icp5: 32,
    icp6: 64,
    ic07: 128,
    ic08: 256,
    ic09: 512,
    ic10: 1024,
    ic11: 32,
    ic12: 64,
    ic13: 256,
    ic14: 512,
  }
  const chunks = Object.entries(types).map(([type, size]) => chunk(type, pictures.get(size)))
  return chunk('icns', Buffer.concat(chunks))
}

function chunk(type, bytes) {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(bytes.length + 8, 4)
  return Buffer.concat([head, bytes])
}
