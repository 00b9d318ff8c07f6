import type { HostAbilities } from './host-abilities.ts'

/** The abilities that every browser has; a desktop program replaces what it does better. */
export const webHost: HostAbilities = {
  kind: 'page',
  copyText: (text) => navigator.clipboard.writeText(text),
  saveText: (suggestedName, text, mediaType) => {
    const address = URL.createObjectURL(new Blob([text], { type: mediaType }))
    const link = document.createElement('a')
    link.href = address
    link.download = suggestedName
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 10_000)
    return Promise.resolve(true)
  },
}
