/** One place of a pattern: a set of characters, or any number of any characters. */
type Token = '*' | ((character: string) => boolean)

/**
 * Go's filepath.Match for one name (https://pkg.go.dev/path/filepath#Match), which restic matches with: `*`,
 * `?`, `[a-z]`, `[^a-z]` and, but on Windows, `\` before a character that means itself.
 *
 * @returns undefined for a pattern that Go calls malformed
 */
export function globMatcher(
  pattern: string,
  platform: NodeJS.Platform,
): ((name: string) => boolean) | undefined {
  const tokens = tokensOf(Array.from(pattern), platform !== 'win32')
  return tokens === undefined ? undefined : (name) => isMatch(tokens, Array.from(name))
}

function tokensOf(characters: readonly string[], hasEscapes: boolean): Token[] | undefined {
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') tokens.push('*')
    else if (character === '?') tokens.push((one) => one !== '/')
    else if (character === '[') {
      const set = setAt(characters, at + 1, hasEscapes)
      if (set === undefined) return undefined
      tokens.push(set.has)
      at = set.end
    } else if (character === '\\' && hasEscapes) {
      at += 1
      const escaped = characters[at]
      if (escaped === undefined) return undefined
      tokens.push((one) => one === escaped)
    } else tokens.push((one) => one === character)
  }
  return tokens
}

/** The set of characters that begins after its bracket; `end` is where its closing bracket is. */
function setAt(
  characters: readonly string[],
  start: number,
  hasEscapes: boolean,
): { has: (one: string) => boolean; end: number } | undefined {
  const isNegated = characters[start] === '^'
  let at = isNegated ? start + 1 : start
  const ranges: (readonly [number, number])[] = []
  /** One border of a range; afterwards `at` is behind it. Go wants something to follow. */
  const border = (): number | undefined => {
    let character = characters[at]
    if (character === undefined || character === '-' || character === ']') return undefined
    if (character === '\\' && hasEscapes) {
      at += 1
      character = characters[at]
    }
    at += 1
    return at < characters.length ? character?.codePointAt(0) : undefined
  }
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = border()
    if (low === undefined) return undefined
    let high: number | undefined = low
    if (characters[at] === '-') {
      at += 1
      high = border()
    }
    if (high === undefined) return undefined
    ranges.push([low, high])
  }
  const isIn = (one: string): boolean => {
    const code = one.codePointAt(0) ?? -1
    return ranges.some(([low, high]) => low <= code && code <= high)
  }
  return { has: (one) => isIn(one) !== isNegated, end: at }
}

/** Only the last `*` is ever tried anew, which is enough and keeps the work small whatever the pattern. */
function isMatch(tokens: readonly Token[], name: readonly string[]): boolean {
  let [token, at] = [0, 0]
  let again: { token: number; at: number } | undefined
  while (at < name.length) {
    const wanted = tokens[token]
    const character = name[at] ?? ''
    if (wanted === '*') {
      again = { token: token + 1, at }
      token += 1
    } else if (wanted?.(character) === true) {
      token += 1
      at += 1
    } else if (again !== undefined && name[again.at] !== '/') {
      again = { token: again.token, at: again.at + 1 }
      token = again.token
      at = again.at
    } else return false
  }
  return tokens.slice(token).every((rest) => rest === '*')
}
