import { linkedScreenSchema, type LinkedScreen } from '../host/host-contract.ts'

export const linkScheme = 'holdfast'

/**
 * The screen that a `holdfast://open/<screen>` link asks for; undefined for anything else.
 *
 * Any web page may offer such a link: it opens a screen by a name from a fixed list and carries nothing else.
 */
export function screenOfLink(link: string): LinkedScreen | undefined {
  if (!URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== `${linkScheme}:` || url.host !== 'open') return undefined
  const parsed = linkedScreenSchema.safeParse(url.pathname.replace(/^\//, '').replace(/\/$/, ''))
  return parsed.success ? parsed.data : undefined
}

/** The link among the arguments of a start, where Windows and Linux put it. */
export function linkAmong(args: readonly string[]): string | undefined {
  return args.find((argument) => argument.startsWith(`${linkScheme}://`))
}
