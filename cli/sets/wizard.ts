import path from 'node:path'
import { isAppError } from '../../shared/errors.ts'
import type { Schedule } from '../../shared/model/schedule.ts'
import { ask, askChoice } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { printable } from '../format/width.ts'
import { parseDaily, parseEvery, parseMonthly, parseWeekly } from '../parse/schedule.ts'

interface Asked {
  readonly name: string
  readonly sources: string[]
  readonly exclusions: string[]
  readonly schedules: Schedule[]
}

/** The few questions that make a useful backup set; everything else has its default and a flag. */
export async function askDefinition(context: CommandContext): Promise<Asked> {
  const name = await askFilled(context, 'name', 'Name of the backup set: ')
  const sources = await askSources(context)
  const exclusions = await askList(
    context,
    'exclusion',
    'Leave out (pattern such as *.tmp; empty = no more): ',
  )
  const schedules = await askSchedule(context)
  return { name, sources, exclusions, schedules }
}

async function askFilled(context: CommandContext, what: string, text: string): Promise<string> {
  for (;;) {
    const typed = (await ask(context, what, { text })).trim()
    if (typed !== '') return typed
  }
}

async function askSources(context: CommandContext): Promise<string[]> {
  for (;;) {
    const typed = await askList(context, 'source', 'File or folder to back up (empty = no more): ')
    if (typed.length > 0) return typed.map((source) => path.resolve(context.currentFolder, source))
    context.terminal.remark('A backup set needs at least one.')
  }
}

async function askList(context: CommandContext, what: string, text: string): Promise<string[]> {
  const list: string[] = []
  for (;;) {
    const typed = (await ask(context, what, { text })).trim()
    if (typed === '') return list
    list.push(typed)
  }
}

async function askSchedule(context: CommandContext): Promise<Schedule[]> {
  const kind = await askChoice(context, 'schedule', 'When does it run?', [
    { text: 'every day', value: 'daily' as const },
    { text: 'on days of the week', value: 'weekly' as const },
    { text: 'each month', value: 'monthly' as const },
    { text: 'again and again, every few minutes or hours', value: 'every' as const },
    { text: 'only when I say so', value: 'never' as const },
  ])
  if (kind === 'never') return []
  const { text, parse } = scheduleQuestions[kind]
  for (;;) {
    const typed = (await ask(context, 'schedule', { text })).trim()
    try {
      return [parse(typed)]
    } catch (error) {
      if (!isAppError(error, 'INPUT_INVALID')) throw error
      context.terminal.remark(printable(error.message))
    }
  }
}

const scheduleQuestions = {
  daily: { text: 'At what time (20:00)? ', parse: parseDaily },
  weekly: { text: 'On which days, at what time (mon,fri@20:00)? ', parse: parseWeekly },
  monthly: {
    text: 'On which day, at what time (15@03:00, last@03:00, first-sat@03:00)? ',
    parse: parseMonthly,
  },
  every: { text: 'How often (15m, 1h, 12h)? ', parse: parseEvery },
}
