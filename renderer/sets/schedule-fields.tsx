import {
  ActionIcon,
  Button,
  Checkbox,
  Chip,
  Group,
  NumberInput,
  Select,
  Text,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { periodMinutes, weekdays, type Schedule } from '../../shared/model/schedule.ts'
import { useServices } from '../client/services.tsx'
import { useFormats } from '../locale/formats.ts'
import type { DraftProps } from './draft.ts'
import { scheduleWords } from './schedule-words.ts'

const kinds = ['daily', 'weekly', 'monthly', 'periodic', 'custom'] as const
const nths = [1, 2, 3, 4, 'last'] as const

/** When the set runs, in plain words, and under which conditions. */
export function ScheduleFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const set = (schedules: Draft['schedules']) => onChange({ ...draft, schedules })
  const change = (index: number, schedule: Schedule) =>
    set(draft.schedules.map((each, at) => (at === index ? schedule : each)))
  return (
    <>
      {draft.schedules.length === 0 && (
        <Text size="sm" className="hf-note">
          {t('schedule.none')}
        </Text>
      )}
      {draft.schedules.map((schedule, index) => (
        <ScheduleEditor
          // Schedules have no identity but their place.
          key={index}
          schedule={schedule}
          onChange={(next) => change(index, next)}
          onRemove={() => set(draft.schedules.filter((_, at) => at !== index))}
        />
      ))}
      {draft.schedules.length < 20 && (
        <Button
          variant="subtle"
          size="compact-sm"
          className="hf-start"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => set([...draft.schedules, { kind: 'daily', at: '12:00' }])}
        >
          {t(draft.schedules.length === 0 ? 'schedule.add' : 'schedule.addAnother')}
        </Button>
      )}
      <Checkbox
        label={t('schedule.catchUp')}
        description={t('schedule.catchUpText')}
        checked={draft.catchUpMissed}
        onChange={(event) => onChange({ ...draft, catchUpMissed: event.currentTarget.checked })}
      />
    </>
  )
}

type Draft = DraftProps['draft']

interface ScheduleEditorProps {
  readonly schedule: Schedule
  readonly onChange: (schedule: Schedule) => void
  readonly onRemove: () => void
}

function ScheduleEditor({ schedule, onChange, onRemove }: ScheduleEditorProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { clock } = useServices()
  return (
    <div className="hf-soft-box hf-schedule" role="group" aria-label={scheduleWords(schedule, t, formats)}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{scheduleWords(schedule, t, formats)}</Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          className="hf-quiet-button"
          aria-label={t('schedule.remove')}
          onClick={onRemove}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <div className="hf-fields">
        <Select
          label={t('schedule.kind')}
          data={kinds.map((value) => ({ value, label: t(`schedule.kinds.${value}`) }))}
          value={schedule.kind}
          allowDeselect={false}
          onChange={(value) => {
            const kind = kinds.find((each) => each === value)
            if (kind !== undefined) onChange(ofKind(kind, schedule, clock.nowMs()))
          }}
        />
        {schedule.kind === 'periodic' ? (
          <Select
            label={t('schedule.every')}
            data={periodMinutes.map((minutes) => ({
              value: String(minutes),
              label: scheduleWords({ kind: 'periodic', everyMinutes: minutes }, t, formats),
            }))}
            value={String(schedule.everyMinutes)}
            allowDeselect={false}
            onChange={(value) => {
              const minutes = periodMinutes.find((each) => String(each) === value)
              if (minutes !== undefined) onChange({ kind: 'periodic', everyMinutes: minutes })
            }}
          />
        ) : (
          <TextInput
            type="time"
            label={t('schedule.at')}
            value={schedule.at}
            onChange={(event) => {
              if (event.currentTarget.value !== '') onChange({ ...schedule, at: event.currentTarget.value })
            }}
          />
        )}
      </div>
      <DayFields schedule={schedule} onChange={onChange} />
    </div>
  )
}

function DayFields({ schedule, onChange }: Pick<ScheduleEditorProps, 'schedule' | 'onChange'>) {
  const { t } = useTranslation()
  const formats = useFormats()
  switch (schedule.kind) {
    case 'daily':
    case 'periodic':
      return null
    case 'weekly':
      return (
        <Group gap="xs" role="group" aria-label={t('schedule.days')}>
          {weekdays.map((day) => (
            <Chip
              key={day}
              size="sm"
              checked={schedule.on.includes(day)}
              onChange={(isOn) => {
                const on = weekdays.filter((each) => (each === day ? isOn : schedule.on.includes(each)))
                if (on.length > 0) onChange({ ...schedule, on })
              }}
            >
              {formats.weekday(day, 'short')}
            </Chip>
          ))}
        </Group>
      )
    case 'monthly':
      return <MonthFields schedule={schedule} onChange={onChange} />
    case 'custom':
      return (
        <div className="hf-fields">
          {schedule.dates.map((date, index) => (
            <TextInput
              key={index}
              type="date"
              label={t('schedule.date', { number: formats.number(index + 1) })}
              value={date}
              onChange={(event) => {
                const dates = schedule.dates.map((each, at) =>
                  at === index ? event.currentTarget.value : each,
                )
                onChange({ ...schedule, dates: dates.filter((each) => each !== '') })
              }}
            />
          ))}
          <Button
            variant="default"
            className="hf-field-button"
            onClick={() =>
              onChange({ ...schedule, dates: [...schedule.dates, schedule.dates.at(-1) ?? '2030-01-01'] })
            }
          >
            {t('schedule.addDate')}
          </Button>
        </div>
      )
  }
}

interface MonthFieldsProps {
  readonly schedule: Extract<Schedule, { kind: 'monthly' }>
  readonly onChange: (schedule: Schedule) => void
}

function MonthFields({ schedule, onChange }: MonthFieldsProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { on } = schedule
  return (
    <div className="hf-fields">
      <Select
        label={t('schedule.onDay')}
        data={(['day', 'last-day', 'nth-weekday'] as const).map((value) => ({
          value,
          label: t(`schedule.month.${value}`),
        }))}
        value={on.kind}
        allowDeselect={false}
        onChange={(kind) => {
          if (kind === 'day') onChange({ ...schedule, on: { kind, day: 1 } })
          if (kind === 'last-day') onChange({ ...schedule, on: { kind } })
          if (kind === 'nth-weekday') onChange({ ...schedule, on: { kind, nth: 1, weekday: 'sun' } })
        }}
      />
      {on.kind === 'day' && (
        <NumberInput
          label={t('schedule.dayOfMonth')}
          min={1}
          max={31}
          clampBehavior="strict"
          allowDecimal={false}
          value={on.day}
          onChange={(day) => {
            if (typeof day === 'number' && day >= 1) onChange({ ...schedule, on: { kind: 'day', day } })
          }}
        />
      )}
      {on.kind === 'nth-weekday' && (
        <>
          <Select
            label={t('schedule.which')}
            data={nths.map((nth) => ({ value: String(nth), label: t(`schedule.nth.${nth}`) }))}
            value={String(on.nth)}
            allowDeselect={false}
            onChange={(value) => {
              const nth = nths.find((each) => String(each) === value)
              if (nth !== undefined) onChange({ ...schedule, on: { ...on, nth } })
            }}
          />
          <Select
            label={t('schedule.weekday')}
            data={weekdays.map((day) => ({ value: day, label: formats.weekday(day) }))}
            value={on.weekday}
            allowDeselect={false}
            onChange={(value) => {
              const weekday = weekdays.find((each) => each === value)
              if (weekday !== undefined) onChange({ ...schedule, on: { ...on, weekday } })
            }}
          />
        </>
      )}
    </div>
  )
}

function ofKind(kind: Schedule['kind'], previous: Schedule, nowMs: number): Schedule {
  const at = previous.kind === 'periodic' ? '20:00' : previous.at
  switch (kind) {
    case 'daily':
      return { kind, at }
    case 'weekly':
      return { kind, at, on: ['mon', 'tue', 'wed', 'thu', 'fri'] }
    case 'monthly':
      return { kind, at, on: { kind: 'day', day: 1 } }
    case 'custom':
      return { kind, at, dates: [new Date(nowMs).toISOString().slice(0, 10)] }
    case 'periodic':
      return { kind, everyMinutes: 60 }
  }
}
