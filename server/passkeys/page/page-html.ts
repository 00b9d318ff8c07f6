import { cspHash, escapedHtml, inlineJson } from '../../http/inline-page.ts'
import { runPage } from './run-page.ts'
import type { PageWords } from './page-word-keys.ts'

const style = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--main:#10756a;--on:#fff;--warn:#fff4d6;--warnInk:#5c3d00}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--card:#1d2126;--ink:#e8eaed;--soft:#a3abb5;--line:#3a4149;--main:#6fd0bf;--on:#10151b;--warn:#3a2f10;--warnInk:#ffe2a0}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;display:flex;min-height:100vh;align-items:center;justify-content:center;padding:16px}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:24px}
[hidden]{display:none!important}
.brand{color:var(--soft);font-size:.875rem;margin:0 0 12px}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 8px}
h1:focus{outline:none}
p{margin:0 0 12px}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:16px 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere;font-weight:600}
.note{background:var(--warn);color:var(--warnInk);border-radius:8px;padding:12px;margin:0 0 12px}
button,input{font:inherit;border-radius:8px;min-height:44px;width:100%}
button{border:1px solid var(--line);background:transparent;color:var(--ink);padding:8px 16px;margin-top:8px;cursor:pointer}
button.main{background:var(--main);border-color:var(--main);color:var(--on);font-weight:600}
button:disabled{opacity:.6;cursor:default}
button:focus-visible,input:focus-visible{outline:3px solid var(--main);outline-offset:2px}
label{display:block;font-weight:600;margin-bottom:4px}
input{border:1px solid var(--line);background:var(--back);color:var(--ink);padding:8px 12px;text-transform:uppercase;letter-spacing:.15em;font-family:ui-monospace,monospace}
`

const script = `(${runPage.toString()})()`

/** Only this script and this style, calls to where the page came from, no frame around it. */
export const passkeyPagePolicy = [
  "default-src 'none'",
  `script-src '${cspHash(script)}'`,
  `style-src '${cspHash(style)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** The page in one language: nothing in it is from a request, and nothing is fetched from elsewhere. */
export function passkeyPage(language: string, words: PageWords): string {
  const t = (key: keyof PageWords): string => escapedHtml(words[key])
  const direction = language === 'ar' ? 'rtl' : 'ltr'
  return `<!doctype html>
<html lang="${escapedHtml(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>Holdfast: ${t('pageTitle')}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">Holdfast<span id="server-part" hidden> · <bdi id="server"></bdi></span></p>
<p class="note" id="message" role="alert" hidden></p>
<section id="code" hidden>
<h1>${t('titleCode')}</h1>
<p>${t('textCode')}</p>
<p class="note">${t('phishing')}</p>
<form id="code-form">
<label for="user-code">${t('code')}</label>
<input id="user-code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<button class="main" type="submit">${t('continue')}</button>
</form>
</section>
<section id="request" hidden>
<h1 id="title" tabindex="-1"></h1>
<p id="what"></p>
<dl>
<dt>${t('account')}</dt><dd><bdi id="account"></bdi></dd>
<dt>${t('computer')}</dt><dd><bdi id="computer"></bdi></dd>
<dt>${t('program')}</dt><dd><bdi id="program"></bdi></dd>
<dt>${t('address')}</dt><dd><bdi id="address"></bdi></dd>
<dt>${t('started')}</dt><dd><bdi id="started"></bdi></dd>
</dl>
<p class="note" id="other-network" hidden>${t('otherNetwork')}</p>
<p class="note" id="remote" hidden>${t('phishing')}</p>
<p id="only-if-you"></p>
<button class="main" id="agree" type="button"></button>
<button id="refuse" type="button">${t('refuse')}</button>
<p id="busy" role="status" hidden>${t('busy')}</p>
</section>
<section id="end" hidden>
<h1 id="end-title" tabindex="-1"></h1>
<p id="end-text"></p>
</section>
<noscript><p class="note">${t('noScript')}</p></noscript>
</main>
<script type="application/json" id="words">${inlineJson(words)}</script>
<script>${script}</script>
</body>
</html>
`
}
