import { z } from 'zod'

/** Wall-clock time of day, `HH:MM`, in the set's time zone. */
export const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const weekdaySchema = z.enum(weekdays)
export type Weekday = z.infer<typeof weekdaySchema>

/** The periods that divide a day without remainder, as the documented CBS API has them (AddSchedule). */
export const periodMinutes = [1, 2, 3, 4, 5, 10, 12, 15, 20, 30, 60, 120, 240, 360, 480, 720] as const

const isoDateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/**
 * When a set runs. Days that a month lacks fall on its last day; a wall-clock time that daylight
 * saving skips runs at the next valid minute, and one that occurs twice runs once, at its first.
 */
export const scheduleSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('daily'), at: timeOfDaySchema }),
    z.object({ kind: z.literal('weekly'), at: timeOfDaySchema, on: z.array(weekdaySchema).min(1).max(7) }),
    z.object({
      kind: z.literal('monthly'),
      at: timeOfDaySchema,
      on: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('day'), day: z.number().int().min(1).max(31) }),
        z.object({ kind: z.literal('last-day') }),
        z.object({
          kind: z.literal('nth-weekday'),
          nth: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal('last')]),
          weekday: weekdaySchema,
        }),
      ]),
    }),
    z.object({
      kind: z.literal('custom'),
      at: timeOfDaySchema,
      dates: z.array(isoDateSchema).min(1).max(366),
    }),
    z.object({ kind: z.literal('periodic'), everyMinutes: z.literal([...periodMinutes]) }),
  ])
  .meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof scheduleSchema>
