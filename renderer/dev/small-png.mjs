// Makes a picture of the interface a quarter of its size: at most 256 colours, each the mean of those it stands for.
import { deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const mostColours = 256

/** Takes and returns a whole PNG file; reads what Chromium writes: eight bits, RGB or RGBA, not interlaced. */
export function smallPng(file) {
  const { width, height, channels, rows } = decode(file)
  const { palette, indexOf } = paletteOf(rows, channels)
  const lines = Buffer.alloc(height * (width + 1))
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    to++
    for (let x = 0; x < width; x++, at += channels)
      lines[to++] = indexOf(rows[at], rows[at + 1], rows[at + 2])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits for each pixel, which is the number of a colour.
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function decode(file) {
  if (!file.subarray(0, 8).equals(signature)) throw new Error('This is no PNG.')
  const data = []
  let header
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = body
    if (type === 'IDAT') data.push(body)
    at += length + 12
  }
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const channels = { 2: 3, 6: 4 }[header[9]]
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new Error('Another kind of PNG.')
  return {
    width,
    height,
    channels,
    rows: unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels),
  }
}

/** Undoes the filters of the lines (PNG specification, 9.2). */
function unfiltered(lines, lineBytes, channels) {
  const rows = Buffer.alloc((lines.length / (lineBytes + 1)) * lineBytes)
  for (let from = 0, to = 0; from < lines.length; to += lineBytes) {
    const filter = lines[from++]
    for (let x = 0; x < lineBytes; x++) {
      const left = x < channels ? 0 : rows[to + x - channels]
      const above = to === 0 ? 0 : rows[to + x - lineBytes]
      const corner = to === 0 || x < channels ? 0 : rows[to + x - lineBytes - channels]
      rows[to + x] = lines[from++] + [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]
    }
  }
  return rows
}

function paeth(left, above, corner) {
  const guess = left + above - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}

/** Median cut over the colours that occur, the most spread box first. */
function paletteOf(rows, channels) {
  const counts = new Map()
  for (let at = 0; at < rows.length; at += channels) {
    const colour = (rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2]
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const colours = [...counts].map(([colour, count]) => ({ colour, count, part: partsOf(colour) }))
  const boxes = [boxOf(colours)]
  while (boxes.length < mostColours) {
    const widest = boxes.reduce((best, box) => (box.weight > best.weight ? box : best))
    if (widest.weight === 0) break
    const { axis } = widest
    const sorted = widest.colours.sort((a, b) => a.part[axis] - b.part[axis])
    const middle = Math.max(
      1,
      sorted.findIndex(({ part }) => part[axis] > widest.centre),
    )
    boxes.splice(boxes.indexOf(widest), 1, boxOf(sorted.slice(0, middle)), boxOf(sorted.slice(middle)))
  }
  const indexes = new Map(boxes.flatMap((box, index) => box.colours.map(({ colour }) => [colour, index])))
  return {
    palette: boxes.map(({ mean }) => mean),
    indexOf: (red, green, blue) => indexes.get((red << 16) | (green << 8) | blue),
  }
}

function boxOf(colours) {
  const ranges = [0, 1, 2].map((axis) => {
    const values = colours.map(({ part }) => part[axis])
    return (
      values.reduce((most, value) => Math.max(most, value), 0) -
      values.reduce((least, value) => Math.min(least, value), 255)
    )
  })
  const axis = ranges.indexOf(Math.max(...ranges))
  const count = colours.reduce((sum, each) => sum + each.count, 0)
  const mean = [0, 1, 2].map((each) =>
    Math.round(colours.reduce((sum, { part, count: times }) => sum + part[each] * times, 0) / count),
  )
  const least = colours.reduce((low, { part }) => Math.min(low, part[axis]), 255)
  // What the eye sees: how far apart the colours are, and, less, how much of the picture has them.
  return { colours, axis, mean, centre: least + ranges[axis] / 2, weight: ranges[axis] * count ** 0.25 }
}

function partsOf(colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(body.length, 0)
  named.copy(framed, 4)
  const crc = named.reduce((value, byte) => crcTable[(value ^ byte) & 255] ^ (value >>> 8), 0xffffffff)
  framed.writeUInt32BE((crc ^ 0xffffffff) >>> 0, named.length + 4)
  return framed
}
