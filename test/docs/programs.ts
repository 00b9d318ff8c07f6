import { commandTree, type CommandNode } from '../../cli/completion/command-tree.ts'
import { runWithFakes } from '../../cli/testing/run-with-fakes.ts'
import { processIo } from '../../server/command/io.ts'
import { serverProgram } from '../../server/command/program.ts'

type Tree = ReadonlyMap<string, Pick<CommandNode, 'words' | 'flags'>>

/** The client's commands as its own completion script tells them. */
async function clientTree(): Promise<Tree> {
  const { terminal } = await runWithFakes(['completion', 'bash'])
  const cases = terminal.results.join('\n').matchAll(/"([^"]*)"\) words="([^"]*)"; flags="([^"]*)"/g)
  return new Map(
    Array.from(cases, ([, path = '', words = '', flags = '']) => [
      path,
      { words: words.split(' ').filter((word) => word !== ''), flags: [...flags.split(' '), ...short] },
    ]),
  )
}

/** The script completes long flags only; `-y` and `-q` are the short ones. */
const short = ['-y', '-q', '-h']

const known: Readonly<Record<string, Tree>> = {
  holdfast: await clientTree(),
  'holdfast-server': new Map(commandTree(serverProgram(processIo())).map((node) => [node.path, node])),
}

/** What a line calls that its program does not have: commands and flags. Empty for a line that calls neither. */
export function unknownIn(line: string): string[] {
  const words = line.replace(/(^|\s)#.*$/, '').match(/"[^"]*"|'[^']*'|[|;&<>(){}]+|[^\s|;&<>(){}]+/g) ?? []
  return commandsOf(words).flatMap(([name = '', ...rest]) => {
    const program = known[name]
    return program === undefined
      ? []
      : unknownWords(
          name,
          program,
          rest.filter((word) => word !== '…'),
        )
  })
}

/** Parts of a line of the shell, each from the program's name on. */
function commandsOf(words: readonly string[]): string[][] {
  const parts: string[][] = [[]]
  for (const word of words) {
    if (/^[|;&<>(){}]/.test(word)) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts.map(calledIn)
}

/** Without what may stand before a program: a prompt, variables, cron's times, Node, npm. */
function calledIn(words: readonly string[]): string[] {
  const plain = words.map((word) => word.replace(/^ExecStart=/, '').replace(/^[^=\s]*\/(?=[\w.-]+$)/, ''))
  const start = plain.findIndex((word) => !/^(?:\$|\w+=.*|[\d*,/-]+|sudo|node|npm|run)$/.test(word))
  const [name = '', ...rest] = start < 0 ? [] : plain.slice(start)
  const original = start < 0 ? [] : words.slice(start + 1)
  return [name.replace(/\.mjs$/, ''), ...(rest[0] === '--' ? original.slice(1) : original)]
}

function unknownWords(name: string, tree: Tree, words: readonly string[]): string[] {
  let path = ''
  const unknown: string[] = []
  for (const [index, word] of words.entries()) {
    const node = tree.get(path)
    if (node === undefined) throw new Error(`${name} ${path} is not in its own tree.`)
    const tell = (): string => [name, path, word].filter((part) => part !== '').join(' ')
    if (/^--?[a-z]/.test(word)) {
      if (!node.flags.includes(word.split('=')[0] ?? word)) unknown.push(tell())
    } else if (node.words.includes(word)) path = path === '' ? word : `${path} ${word}`
    // A command with commands of its own takes no arguments; what follows a flag may be its value.
    else if (node.words.length > 0 && word !== 'help' && words[index - 1]?.startsWith('-') !== true) {
      return [...unknown, tell()]
    }
  }
  return unknown
}
