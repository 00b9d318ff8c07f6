import { Text } from '@mantine/core'
import { Calendar } from '@mantine/dates'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { CalendarLanguage } from '../locale/calendar-language.tsx'
import { useFormats } from '../locale/formats.ts'

interface SnapshotPickerProps {
  readonly snapshots: readonly Snapshot[]
  readonly chosen: Snapshot
  readonly onChoose: (snapshot: Snapshot) => void
}

/** A calendar that offers the days with backups, and the times of the chosen day. */
export function SnapshotPicker({ snapshots, chosen, onChoose }: SnapshotPickerProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const byDay = new Map<string, Snapshot[]>()
  for (const snapshot of snapshots) {
    const day = localDay(snapshot.takenAt)
    byDay.set(day, [...(byDay.get(day) ?? []), snapshot])
  }
  const days = [...byDay.keys()].sort()
  const chosenDay = localDay(chosen.takenAt)
  const [month, setMonth] = useState(chosenDay)
  return (
    <div className="hf-card hf-card-tight hf-snapshots">
      <CalendarLanguage>
        <Calendar
          size="xs"
          date={month}
          onDateChange={setMonth}
          minDate={days[0] ?? chosenDay}
          maxDate={days.at(-1) ?? chosenDay}
          hideOutsideDates
          maxLevel="year"
          ariaLabels={{ previousMonth: t('restore.previousMonth'), nextMonth: t('restore.nextMonth') }}
          getDayAriaLabel={(day) =>
            t('restore.dayLabel', {
              date: formats.dayName(`${day}T12:00:00`),
              count: byDay.get(day)?.length ?? 0,
            })
          }
          getDayProps={(day) => {
            const first = byDay.get(day)?.[0]
            return {
              disabled: first === undefined,
              selected: day === chosenDay,
              onClick: () => {
                if (first !== undefined) onChoose(first)
              },
            }
          }}
        />
      </CalendarLanguage>
      <div>
        <Text size="sm" fw={600} id="times-of-day">
          {formats.dayName(chosen.takenAt)}
        </Text>
        <ul className="hf-times" aria-labelledby="times-of-day">
          {(byDay.get(chosenDay) ?? []).map((snapshot) => (
            <li key={snapshot.id}>
              <button
                type="button"
                className="hf-time"
                aria-pressed={snapshot.id === chosen.id}
                onClick={() => onChoose(snapshot)}
              >
                <span className="hf-figures">{formats.time(snapshot.takenAt)}</span>
                <span className="hf-time-size">
                  {snapshot.sizeBytes === null ? '' : formats.bytes(snapshot.sizeBytes)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

/** The calendar day of the computer's zone, `YYYY-MM-DD`. */
function localDay(instant: string): string {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
