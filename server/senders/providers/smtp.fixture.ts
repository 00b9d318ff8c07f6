import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'

export const mailAccount = { username: 'holdfast', password: 'password-of-the-mail-server' }

export interface ReceivedMail {
  readonly from: string
  readonly recipients: readonly string[]
  /** Names in lower case; a header that comes twice has both values. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly text: string
}

export interface MailServer {
  readonly port: number
  readonly certificate: string
  readonly mails: ReceivedMail[]
  /** Passwords that clients sent, right or wrong. */
  readonly passwords: string[]
  /** Refuses the next recipient or mail with this reply (RFC 5321 4.2). */
  next: { readonly at: 'recipient' | 'data'; readonly code: number } | null
  close(): Promise<void>
}

/** A certificate for 127.0.0.1, unless told otherwise, that nobody has signed but itself. */
export function selfSigned(subject = 'IP:127.0.0.1'): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-mail-'))
  try {
    const file = (name: string): string => join(folder, name)
    const asked =
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test`.split(' ')
    const into = ['-addext', `subjectAltName=${subject}`, '-keyout', file('key'), '-out', file('cert')]
    execFileSync('openssl', [...asked, ...into], { stdio: 'ignore' })
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A mail server (RFC 5321, AUTH by RFC 4954, STARTTLS by RFC 3207) that takes mail from its account only, over TLS
 * only.
 *
 * @param encryption `none` answers as somebody in between does who takes STARTTLS out
 */
export async function startMailServer(
  encryption: 'tls' | 'starttls' | 'none',
  subject?: string,
): Promise<MailServer> {
  const { cert, key } = selfSigned(subject)
  const mails: ReceivedMail[] = []
  const passwords: string[] = []
  const refusal = (at: 'recipient' | 'data'): Error | null => {
    const { next } = mail
    if (next?.at !== at) return null
    return Object.assign(new Error(`No. ${mailAccount.password}`), { responseCode: next.code })
  }
  const server = new SMTPServer({
    secure: encryption === 'tls',
    key,
    cert,
    authOptional: false,
    ...(encryption === 'none' ? { disabledCommands: ['STARTTLS'], allowInsecureAuth: true } : {}),
    onAuth({ password, username }, _session, done) {
      passwords.push(password ?? '')
      const isRight = username === mailAccount.username && password === mailAccount.password
      if (isRight) done(null, { user: username })
      else done(Object.assign(new Error('Invalid login'), { responseCode: 535 }))
    },
    onRcptTo(_address, _session, done) {
      done(refusal('recipient'))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const problem = refusal('data')
        if (problem === null) {
          const { mailFrom, rcptTo } = session.envelope
          const from = mailFrom === false ? '' : (mailFrom.address ?? '')
          const recipients = rcptTo.map(({ address }) => address)
          mails.push({ from, recipients, ...parsed(Buffer.concat(chunks).toString('utf8')) })
        }
        done(problem)
      })
    },
  })
  // A client that breaks off is the point of some tests.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  const mail: MailServer = {
    port,
    certificate: cert,
    mails,
    passwords,
    next: null,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
      }),
  }
  return mail
}

/** RFC 5322 and the encodings of RFC 2045 that a plain text can have. */
function parsed(raw: string): Pick<ReceivedMail, 'headers' | 'text'> {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string[]>()
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  const body = raw.slice(end + 4)
  const [encoding = '7bit'] = headers.get('content-transfer-encoding') ?? []
  return { headers, text: decoded(body, encoding).replaceAll('\r\n', '\n').replace(/\n$/, '') }
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
