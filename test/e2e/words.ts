import en from '../../renderer/locales/en.json' with { type: 'json' }

type Words = typeof en

/** The interface's own English words, so that a reworded button breaks no test. `{{…}}` matches anything. */
export function words<S extends keyof Words>(section: S): Words[S] {
  return en[section]
}

/** A pattern that matches the text with any values in its places. */
export function filled(text: string): RegExp {
  const parts = text
    .split(/\{\{\w+\}\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`)
}
