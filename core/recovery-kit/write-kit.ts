import qrcode from 'qrcode'
import type { KeyId } from '../../shared/model/ids.ts'

/** What a kit is made of. */
export interface KitFacts {
  readonly key: string
  readonly keyId: KeyId
  readonly serverAddress: string
  readonly loginName: string
  /** `YYYY-MM-DD` */
  readonly madeOn: string
}

/** What the QR code holds; `readKit` understands it. */
export function kitUri({ key, serverAddress, loginName }: KitFacts): string {
  return `holdfast-kit:${key}?${new URLSearchParams({ server: serverAddress, login: loginName }).toString()}`
}

const meaning =
  'Your backups are encrypted with this key. Whoever has it and can sign in to your account can read ' +
  'them; without it nobody can, not even the people who run the server. Keep it printed or in a safe place, ' +
  'and not only on the computer that it protects.'

const withHoldfast = [
  'Install Holdfast on the new computer.',
  'Run "holdfast recover", or choose "Restore from a recovery kit", and give it this kit.',
  'Sign in with your password and a second factor, and choose what to restore.',
]

const withRestic = [
  'The key is the password of the repository, exactly as it is printed, dashes included.',
  'With a copy of the repository’s folder and restic 0.14 or newer (https://restic.net) run',
  '    restic -r FOLDER restore latest --target NEW-FOLDER',
  'and give the key when restic asks for the password.',
]

function rows({ key, keyId, serverAddress, loginName, madeOn }: KitFacts): [string, string][] {
  return [
    ['Key', key],
    ['Key id', keyId],
    ['Server', serverAddress],
    ['Login name', loginName],
    ['Made on', madeOn],
  ]
}

export function kitText(facts: KitFacts): string {
  const lines = [
    'HOLDFAST RECOVERY KIT',
    '',
    meaning,
    '',
    ...rows(facts).map(([name, value]) => `${name}: ${value}`),
    '',
    'Restore with Holdfast',
    ...withHoldfast.map((step, index) => `${index + 1}. ${step}`),
    '',
    'Restore with restic alone',
    ...withRestic,
  ]
  return `${lines.join('\n')}\n`
}

/** A page to print: one file that runs nothing and fetches nothing. */
export async function kitHtml(facts: KitFacts): Promise<string> {
  const qr = await qrcode.toString(kitUri(facts), { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
  const table = rows(facts)
    .map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`)
    .join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Holdfast recovery kit</title>
<style>
body { font: 11pt/1.5 sans-serif; max-width: 42em; margin: 2em auto; color: #000; background: #fff }
th { text-align: left; padding-right: 1.5em; font-weight: normal; vertical-align: top; white-space: nowrap }
td, pre { font-family: monospace; overflow-wrap: anywhere }
tr:first-child td { font-size: 13pt; font-weight: bold }
svg { width: 5.5cm; height: 5.5cm }
</style>
</head>
<body>
<h1>Holdfast recovery kit</h1>
<p>${escaped(meaning)}</p>
<table>
${table}
</table>
<p>${qr}</p>
<h2>Restore with Holdfast</h2>
<ol>${withHoldfast.map((step) => `<li>${escaped(step)}</li>`).join('')}</ol>
<h2>Restore with restic alone</h2>
${withRestic.map((line) => (line.startsWith(' ') ? `<pre>${escaped(line.trim())}</pre>` : `<p>${escaped(line)}</p>`)).join('\n')}
</body>
</html>
`
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
