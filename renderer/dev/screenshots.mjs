// Pictures of every screen on the fake client, in both themes and two sizes, checked by axe on the way.
//
//   npm run screenshots                                   those of docs/screenshots, small
//   node renderer/dev/screenshots.mjs [--out DIR] [--small] [--only NAME] [--language LANGUAGE] [--no-axe] [--full]
//
// Serves the build under the content security policy of the product; any breach of it fails the run.
import { createRequire } from 'node:module'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { shots, typePassword } from './shots.mjs'
import { smallPng } from './small-png.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
const served = path.join(root, '.cache', 'renderer-dev')
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }
const sizes = [
  { name: 'wide', width: 1100, height: 760 },
  { name: 'small', width: 760, height: 520 },
]

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '/tmp/shots' },
    only: { type: 'string' },
    language: { type: 'string', default: 'en' },
    axe: { type: 'boolean', default: true },
    full: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    theme: { type: 'string' },
    size: { type: 'string' },
  },
  allowNegative: true,
})

process.env['HOLDFAST_RENDERER_DEV'] = '1'
await build({ configFile: path.join(root, 'renderer', 'vite.config.ts'), logLevel: 'error' })
await mkdir(values.out, { recursive: true })
const server = http.createServer((request, response) => void serve(request, response))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${server.address().port}/dev/index.html`
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await chromium.launch({
  executablePath: process.env['HOLDFAST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
})

const findings = []
let count = 0
for (const theme of ['light', 'dark'].filter((each) => values.theme === undefined || each === values.theme)) {
  for (const size of sizes.filter((each) => values.size === undefined || each.name === values.size)) {
    const context = await browser.newContext({
      viewport: { width: size.width, height: size.height },
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      bypassCSP: false,
    })
    await context.addInitScript(
      (language) => localStorage.setItem('holdfast.language', language),
      values.language,
    )
    for (const shot of shots) {
      if (values.only !== undefined && !shot.name.includes(values.only)) continue
      const label = `${shot.name} (${theme}, ${size.name})`
      try {
        await take(context, shot, theme, size, label)
        count++
      } catch (error) {
        findings.push(
          `${label}: ${error instanceof Error ? error.message.split('\n').slice(0, 4).join(' | ') : String(error)}`,
        )
      }
    }
    await context.close()
  }
}
await browser.close()
server.close()
for (const finding of findings) console.log(finding)
console.log(`${count} pictures in ${values.out}, ${findings.length} findings`)
process.exitCode = findings.length === 0 ? 0 : 1

async function take(context, shot, theme, size, label) {
  const page = await context.newPage()
  page.setDefaultTimeout(6000)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      findings.push(`${label}: ${message.text()}`)
  })
  page.on('pageerror', (error) => findings.push(`${label}: ${error.message}`))
  try {
    await page.clock.setFixedTime(new Date('2026-10-14T10:30:00+02:00'))
    await page.goto(`${address}?scene=${shot.scene}#${shot.hash ?? '/'}`)
    await page.locator('h1, [role=alert], [role=status]').first().waitFor()
    if (values.language === 'en' || shot.steps === typePassword) await shot.steps?.(page)
    await page.waitForTimeout(250)
    const file = `${shot.name}-${theme}-${size.name}.png`
    const picture = await page.screenshot({ fullPage: values.full })
    await writeFile(path.join(values.out, file), values.small ? smallPng(picture) : picture)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (overflow > 0) findings.push(`${label}: ${overflow} px wider than the window`)
    if (values.axe) await check(page, label)
  } finally {
    await page.close()
  }
}

async function check(page, label) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  )
  for (const { id, nodes } of violations) {
    for (const node of nodes.slice(0, 3)) {
      findings.push(`${label}: axe ${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`)
    }
  }
}

async function serve(request, response) {
  const name = path.normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
  const body = await readFile(path.join(served, name)).catch(() => null)
  if (body === null) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': types[path.extname(name)] ?? 'application/octet-stream',
    'content-security-policy': policy,
  })
  response.end(body)
}
