/** `//user:password@` of any address, also where we do not know the password. */
const credentialsInAddress = /(\/\/[^\s/:@]*):[^\s/@]*@/g

/** Takes secrets out of a text that came from a child process. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    // Replacing an empty secret would never end, and a very short one would shred the text.
    if (secret.length < 4) continue
    clean = clean.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***')
  }
  return clean.replaceAll(credentialsInAddress, '$1:***@')
}
