import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { ask } from '../ask.ts'
import type { CommandContext } from '../context.ts'

/** The text of a recovery kit: from a file, `-` for the rest of stdin, or typed in. */
export async function readKit(context: CommandContext, file: string | undefined): Promise<string> {
  if (file === '-') return context.terminal.readAll()
  if (file !== undefined) {
    const source = path.resolve(context.currentFolder, file)
    try {
      return await readFile(source, 'utf8')
    } catch (error) {
      throw new AppError('NOT_FOUND', `The recovery kit ${source} cannot be read.`, { cause: error })
    }
  }
  return ask(context, 'recovery kit (--kit)', {
    text: 'The file of your recovery kit, or the key printed on it: ',
  }).then((typed) => fileOrKey(context, typed.trim()))
}

/** What looks like a path and is a file is read; all else is taken for the key itself. */
async function fileOrKey(context: CommandContext, typed: string): Promise<string> {
  if (!/[/\\.]/.test(typed)) return typed
  return readKit(context, typed)
}
