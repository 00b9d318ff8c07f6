import { createHash } from 'node:crypto'
import type { PageLanguage } from '../../passkeys/page/page-words.ts'
import { cancelWords } from './cancel-words.ts'

const style = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1b1f24;--line:#d0d7de;--main:#b3261e;--on:#fff}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--card:#1d2126;--ink:#e8eaed;--line:#3a4149;--main:#ff8a80;--on:#2b0b08}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;display:flex;min-height:100vh;align-items:center;justify-content:center;padding:16px}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:24px}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 8px}
p{margin:0 0 16px}
button{font:inherit;font-weight:600;border:0;border-radius:8px;min-height:44px;width:100%;background:var(--main);color:var(--on);cursor:pointer}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
`

/** Only this style, and a form back to where the page came from; no script, so that nothing sends it by itself. */
export const cancelPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** `ask` is the same for every token, real or not: only the answer to the form tells. */
export type CancelPage = 'ask' | 'stopped' | 'nothing'

export function cancelPage(page: CancelPage, language: PageLanguage): string {
  const words = cancelWords[language]
  const [title, text] = {
    ask: [words.title, words.text],
    stopped: [words.stoppedTitle, words.stoppedText],
    nothing: [words.nothingTitle, words.nothingText],
  }[page]
  const form = page === 'ask' ? `<form method="post"><button type="submit">${words.stop}</button></form>` : ''
  return `<!doctype html>
<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>Holdfast: ${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${form}
</main>
</body>
</html>
`
}
