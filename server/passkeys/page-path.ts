/** Where people's browsers find the page for passkeys, below the public address. */
export const pagePath = '/passkey'
