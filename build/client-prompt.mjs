// A prompt that runs the client's commands: `holdfast> status` is `holdfast status`.
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { run } from './child.mjs'
import { root } from './dependencies.mjs'

const program = path.join(root, 'dist', 'holdfast.mjs')

/** Returns when the person wants to end. */
export async function clientPrompt(environment) {
  for (;;) {
    const line = await ask()
    if (line === undefined) return
    const words = splitWords(line)
    if (words === undefined) {
      console.log('A quotation mark is not closed.')
      continue
    }
    if (words[0] === 'holdfast') words.shift()
    if (words.length === 0) continue
    if (['exit', 'quit'].includes(words[0])) return
    // The command has the terminal to itself, also its Ctrl-C.
    await run(process.execPath, ['--enable-source-maps', program, ...words], { env: environment })
  }
}

/** Undefined for Ctrl-C, Ctrl-D and the end of the input. */
function ask() {
  return new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin, output: process.stdout })
    let answer
    reader.on('SIGINT', () => reader.close())
    reader.on('close', () => {
      if (answer === undefined) process.stdout.write('\n')
      resolve(answer)
    })
    reader.question('holdfast> ', (line) => {
      answer = line
      reader.close()
    })
  })
}

/** Words as a shell would see them: single and double quotes and the backslash, nothing else. */
function splitWords(line) {
  const words = []
  let word
  let quote
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index]
    if (quote !== undefined) {
      if (character === quote) quote = undefined
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '\\' && process.platform !== 'win32') {
      index += 1
      word = (word ?? '') + (line[index] ?? '')
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  return quote === undefined ? words : undefined
}
