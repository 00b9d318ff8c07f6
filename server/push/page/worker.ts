/**
 * The worker that shows a notification and opens the page. It keeps nothing, answers no request of the page,
 * and shows nothing that came with the message.
 */
export function workerScript(title: string, notice: string): string {
  return `'use strict'
addEventListener('push', (event) => {
  event.waitUntil(registration.showNotification(${literal(title)}, {
    body: ${literal(notice)},
    icon: '/authenticator/icon.svg',
    tag: 'request',
    renotify: true,
    requireInteraction: true,
  }))
})
addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil((async () => {
    const open = await clients.matchAll({ type: 'window', includeUncontrolled: true })
    const page = open.find((each) => new URL(each.url).pathname === '/authenticator')
    await (page === undefined ? clients.openWindow('/authenticator') : page.focus())
  })())
})
`
}

function literal(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c')
}

export function manifest(name: string, language: string): object {
  return {
    name,
    short_name: 'Holdfast',
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    id: '/authenticator',
    start_url: '/authenticator',
    scope: '/authenticator',
    display: 'standalone',
    background_color: '#14171b',
    theme_color: '#10756a',
    icons: [{ src: '/authenticator/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
  }
}

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="96" fill="#10756a"/><path d="M256 92 120 148v104c0 86 58 146 136 172 78-26 136-86 136-172V148z" fill="#fff"/><path d="m196 256 44 44 84-92" fill="none" stroke="#10756a" stroke-width="36" stroke-linecap="round" stroke-linejoin="round"/></svg>
`
