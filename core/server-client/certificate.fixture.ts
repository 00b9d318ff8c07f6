import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** A certificate of its own authority, for two days. @param names as `DNS:backup.test` or `IP:127.0.0.1` */
export function makeCertificate(
  folder: string,
  name: string,
  names: string,
): { readonly certificateFile: string; readonly keyFile: string } {
  const files = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) }
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ')
  const subject = ['-subj', '/CN=holdfast test', '-addext', `subjectAltName=${names}`]
  const out = ['-keyout', files.keyFile, '-out', files.certificateFile, '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...key, ...out, ...subject], { stdio: 'ignore' })
  return files
}
