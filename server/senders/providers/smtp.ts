import { createTransport } from 'nodemailer'
import { rootCertificates } from 'node:tls'
import type { SendFailureReason, SettingsOf } from '../../../shared/model/sender.ts'
import type { Message } from '../messages.ts'
import { sendFailed, type Provider } from '../provider.ts'

const timeoutMs = 10_000

/**
 * Mail by SMTP (RFC 5321), over TLS with the certificate checked: a server that offers no TLS gets neither the
 * password nor the passcode. Nothing of a message can become a header or a second recipient.
 */
export function smtpProvider(settings: SettingsOf<'smtp'>): Provider {
  const { certificate, encryption, from, fromName, host, password, port, username } = settings
  return {
    async send(message) {
      const transport = createTransport({
        host,
        port,
        secure: encryption === 'tls',
        requireTLS: true,
        tls: {
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          ...(certificate === null ? {} : { ca: [...rootCertificates, certificate] }),
        },
        ...(username === null ? {} : { auth: { user: username, pass: password ?? '' } }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        await transport.sendMail({
          from: { address: from, name: fromName ?? '' },
          // As an object, so that commas and brackets in it make no further recipients.
          to: { address: message.to, name: '' },
          subject: subjectOf(message),
          text: message.text,
          // RFC 3834: no holiday answers to a passcode.
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { price: null }
      } catch (error) {
        throw failureOf(error)
      } finally {
        transport.close()
      }
    },
  }
}

function subjectOf({ subject, text }: Message): string {
  return subject ?? text.split('\n', 1)[0] ?? ''
}

/** The library's error may quote the conversation; only code and status are kept. */
function failureOf(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  return sendFailed(reasonOf(code, status), {
    ...(status > 0 ? { status } : {}),
    ...(/^[A-Z]+$/.test(code) ? { providerCode: code } : {}),
  })
}

/** RFC 5321 4.2: 4yz may pass, 5yz does not. EENVELOPE is about the recipient (or our own address). */
function reasonOf(code: string, status: number): SendFailureReason {
  if (code === 'EENVELOPE' && status >= 550 && status <= 553) return 'number-refused'
  if (status >= 400 && status < 500) return 'provider-busy'
  // Also a certificate that does not hold: whoever answers is not the mail server.
  return status >= 500 || code === 'EAUTH' ? 'provider-refused' : 'provider-unreachable'
}
