import type { CommandNode } from './command-tree.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A completion script made from the commands themselves. Its words are fixed, so that it is quick and opens no profile. */
export function completionScript(shell: Shell, tree: readonly CommandNode[]): string {
  switch (shell) {
    case 'bash':
      return bash(tree)
    case 'zsh':
      return zsh(tree)
    case 'fish':
      return fish(tree)
  }
}

/** The path of commands typed so far, in a shell whose `case` knows patterns: bash and zsh alike. */
function pathCases(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`)
  return paths.join('|')
}

function wordCases(tree: readonly CommandNode[]): string[] {
  return tree.flatMap(({ path, words, flags }) => [
    `    "${path}") words="${words.join(' ')}"; flags="${flags.join(' ')}" ;;`,
  ])
}

function bash(tree: readonly CommandNode[]): string {
  return [
    '# bash completion for holdfast: holdfast completion bash > ~/.local/share/bash-completion/completions/holdfast',
    '_holdfast() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" path="" word words="" flags=""',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "${path:+$path }$word" in',
    `      ${pathCases(tree)}) path="\${path:+$path }$word" ;;`,
    '    esac',
    '  done',
    '  case "$path" in',
    ...wordCases(tree),
    '  esac',
    '  if [[ "$current" == -* ]]; then words="$flags"; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _holdfast holdfast',
  ].join('\n')
}

function zsh(tree: readonly CommandNode[]): string {
  return [
    '#compdef holdfast',
    '# zsh completion for holdfast: holdfast completion zsh > a folder of $fpath, as _holdfast',
    '_holdfast() {',
    // `path` and `words` mean something to zsh itself.
    '  local typed="" word next="" flags=""',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    '    case "${typed:+$typed }$word" in',
    `      ${pathCases(tree)}) typed="\${typed:+$typed }$word" ;;`,
    '    esac',
    '  done',
    '  case "$typed" in',
    ...wordCases(tree).map((line) => line.replace(' words=', ' next=')),
    '  esac',
    '  if [[ "$PREFIX" == -* ]]; then next="$flags"; fi',
    '  if [[ -n "$next" ]]; then compadd -- ${=next}; else _files; fi',
    '}',
    'compdef _holdfast holdfast',
  ].join('\n')
}

function fish(tree: readonly CommandNode[]): string {
  return [
    '# fish completion for holdfast: holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
    'function __holdfast_path',
    '  set -l typed',
    '  for word in (commandline -opc)[2..]',
    '    switch "$typed$word"',
    `      case ${tree
      .filter(({ path }) => path !== '')
      .map(({ path }) => `'${path}'`)
      .join(' ')}`,
    '        set typed "$typed$word "',
    '    end',
    '  end',
    '  string trim -- "$typed"',
    'end',
    ...tree.flatMap(({ path, words, flags }) => [
      ...(words.length === 0
        ? []
        : [`complete -c holdfast -f -n 'test "$(__holdfast_path)" = "${path}"' -a '${words.join(' ')}'`]),
      ...flags.map(
        (flag) => `complete -c holdfast -n 'test "$(__holdfast_path)" = "${path}"' -l ${flag.slice(2)}`,
      ),
    ]),
  ].join('\n')
}
