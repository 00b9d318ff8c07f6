/** What `URL.parse` answers, for the Node 18 that the oldest supported Electron brings; null for what is no address. */
export function parsedUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
