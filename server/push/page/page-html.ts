import { cspHash, escapedHtml, inlineJson } from '../../http/inline-page.ts'
import { phoneTools } from './phone-tools.ts'
import { runPage } from './run-page.ts'
import type { authenticatorWords } from './page-words.ts'

type Words = ReturnType<typeof authenticatorWords>

const style = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--main:#10756a;--on:#fff;--warn:#fff4d6;--warnInk:#5c3d00;--good:#dff3ee;--goodInk:#0b4a43}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--card:#1d2126;--ink:#e8eaed;--soft:#a3abb5;--line:#3a4149;--main:#6fd0bf;--on:#10151b;--warn:#3a2f10;--warnInk:#ffe2a0;--good:#12372f;--goodInk:#b6efe2}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:17px/1.5 system-ui,sans-serif;display:flex;min-height:100vh;justify-content:center;padding:16px max(16px,env(safe-area-inset-right)) max(16px,env(safe-area-inset-bottom)) max(16px,env(safe-area-inset-left))}
main{width:100%;max-width:30rem}
[hidden]{display:none!important}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px;margin:0 0 16px}
h1{color:var(--soft);font-size:.875rem;font-weight:400;margin:8px 0 16px}
h2{font-size:1.375rem;line-height:1.3;margin:0 0 8px}
h2:focus{outline:none}
h3{font-size:1rem;margin:0}
p{margin:0 0 12px}
.soft{color:var(--soft);font-size:.9375rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:16px 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere;font-weight:600}
ul{list-style:none;margin:0 0 12px;padding:0}
li{display:flex;gap:12px;align-items:center;justify-content:space-between;border-bottom:1px solid var(--line);padding:8px 0;overflow-wrap:anywhere}
li bdi{font-weight:600;flex:1}
li span{color:var(--soft);font-size:.875rem}
li button{width:auto;margin:0}
.note{background:var(--warn);color:var(--warnInk);border-radius:8px;padding:12px;margin:0 0 16px}
.note.done{background:var(--good);color:var(--goodInk)}
button,input{font:inherit;border-radius:8px;min-height:48px;width:100%}
button{border:1px solid var(--line);background:transparent;color:var(--ink);padding:8px 16px;margin-top:8px;cursor:pointer}
button.main{background:var(--main);border-color:var(--main);color:var(--on);font-weight:600}
button:disabled,input:disabled{opacity:.6;cursor:default}
button:focus-visible,input:focus-visible{outline:3px solid var(--main);outline-offset:2px}
label{display:block;font-weight:600;margin-bottom:4px}
input{border:1px solid var(--line);background:var(--back);color:var(--ink);padding:8px 12px}
input.number{font:600 2rem/1.2 ui-monospace,monospace;letter-spacing:.3em;text-align:center}
`

const script = `(${runPage.toString()})((${phoneTools.toString()})())`

/** Only this script and this style, its own worker and manifest, calls to where the page came from, no frame around it. */
export const authenticatorPolicy = [
  "default-src 'none'",
  `script-src '${cspHash(script)}'`,
  `style-src '${cspHash(style)}'`,
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types worker',
].join('; ')

/** The page in one language: nothing in it is from a request, and nothing is fetched from elsewhere. */
export function authenticatorPage(language: string, words: Words): string {
  const t = (key: keyof Words): string => escapedHtml(words[key])
  const direction = language === 'ar' ? 'rtl' : 'ltr'
  return `<!doctype html>
<html lang="${escapedHtml(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="theme-color" content="#10756a">
<link rel="manifest" href="/authenticator/manifest.webmanifest">
<link rel="icon" href="/authenticator/icon.svg" type="image/svg+xml">
<title>${t('appTitle')}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${t('appTitle')}</h1>
<p class="note" id="message" role="alert" hidden></p>
<p class="note" id="offline" role="status" hidden>${t('unreachableTitle')}</p>
<section id="pairing" class="card" hidden>
<h2 id="pair-title" tabindex="-1">${t('pairTitle')}</h2>
<p>${t('pairText')}</p>
<button class="main" id="pair" type="button">${t('pair')}</button>
<button id="pair-not" type="button">${t('notNow')}</button>
</section>
<section id="waiting" hidden><div id="requests"></div></section>
<section id="home" hidden>
<div class="card" id="idle">
<h2>${t('idleTitle')}</h2>
<p>${t('idleText')}</p>
<h3>${t('accounts')}</h3>
<ul id="accounts"></ul>
<button id="notify" type="button" hidden>${t('notify')}</button>
</div>
<div class="card" id="unpaired">
<h2>${t('unpairedTitle')}</h2>
<p>${t('unpairedText')}</p>
</div>
<form class="card" id="pair-form">
<label for="pair-address">${t('pairAddress')}</label>
<p class="soft" id="pair-how">${t('pairAddressText')}</p>
<input id="pair-address" dir="ltr" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="400" aria-describedby="pair-how" required>
<button type="submit">${t('continue')}</button>
</form>
</section>
<template id="request-template">
<article class="card">
<h2 data-part="title" tabindex="-1"></h2>
<p data-part="what"></p>
<dl>
<dt>${t('account')}</dt><dd><bdi data-part="account"></bdi></dd>
<dt>${t('computer')}</dt><dd><bdi data-part="computer"></bdi></dd>
<dt>${t('program')}</dt><dd><bdi data-part="program"></bdi></dd>
<dt>${t('address')}</dt><dd><bdi data-part="address"></bdi></dd>
<dt>${t('started')}</dt><dd><bdi data-part="started"></bdi></dd>
</dl>
<p class="note" data-part="other-network" hidden>${t('otherNetwork')}</p>
<p>${t('onlyIfYouPhone')}</p>
<form data-part="form">
<label data-part="number-label">${t('number')}</label>
<p class="soft">${t('numberText')}</p>
<input class="number" data-part="number" dir="ltr" inputmode="numeric" autocomplete="off" pattern="[0-9]{2}" maxlength="2" required>
<button class="main" type="submit">${t('approve')}</button>
</form>
<button data-part="deny" type="button">${t('refuse')}</button>
</article>
</template>
<noscript><p class="note">${t('noScript')}</p></noscript>
</main>
<script type="application/json" id="words">${inlineJson(words)}</script>
<script>${script}</script>
</body>
</html>
`
}
