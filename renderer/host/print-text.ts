import type { HostAbilities } from './host-abilities.ts'

/** Prints a text: as a document of its own where the host can, else the page's `PrintSheet`. */
export function printText(host: HostAbilities, title: string, text: string): void {
  if (host.printDocument === undefined) {
    window.print()
    return
  }
  const html = `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title><pre>${escaped(text)}</pre>`
  void host.printDocument(html)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
