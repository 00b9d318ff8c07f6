import { Checkbox, NumberInput, Select, Stack, Switch, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import type { DraftProps } from './draft.ts'

export function ConditionFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const { conditions } = draft
  return (
    <Stack gap="sm">
      <Checkbox
        label={t('conditions.battery')}
        checked={conditions.notOnBattery}
        onChange={(event) =>
          onChange({ ...draft, conditions: { ...conditions, notOnBattery: event.currentTarget.checked } })
        }
      />
      <Checkbox
        label={t('conditions.metered')}
        checked={conditions.notOnMetered}
        onChange={(event) =>
          onChange({ ...draft, conditions: { ...conditions, notOnMetered: event.currentTarget.checked } })
        }
      />
    </Stack>
  )
}

const limits = ['uploadLimitKibPerSecond', 'downloadLimitKibPerSecond'] as const

export function BandwidthFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  return (
    <div className="hf-fields">
      {limits.map((name) => (
        <NumberInput
          key={name}
          label={t(`bandwidth.${name}`)}
          placeholder={t('bandwidth.none')}
          suffix=" KiB/s"
          min={1}
          allowDecimal={false}
          value={draft[name] ?? ''}
          onChange={(value) => onChange({ ...draft, [name]: typeof value === 'number' ? value : null })}
        />
      ))}
    </div>
  )
}

const commands = ['preCommand', 'postCommand'] as const
type Command = NonNullable<BackupSetDefinition['preCommand']>

export function CommandFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="lg">
      {commands.map((name) => (
        <CommandField
          key={name}
          label={t(`commands.${name}`)}
          command={draft[name]}
          onChange={(command) => onChange({ ...draft, [name]: command })}
        />
      ))}
    </Stack>
  )
}

interface CommandFieldProps {
  readonly label: string
  readonly command: Command | null
  readonly onChange: (command: Command | null) => void
}

function CommandField({ label, command, onChange }: CommandFieldProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="sm">
      <Switch
        label={label}
        checked={command !== null}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked ? { argv: [''], timeoutSeconds: 600, onFailure: 'stop' } : null,
          )
        }
      />
      {command !== null && (
        <div className="hf-fields">
          <Textarea
            className="hf-field-wide"
            label={t('commands.argv')}
            description={t('commands.argvText')}
            value={command.argv.join('\n')}
            onChange={(event) => onChange({ ...command, argv: event.currentTarget.value.split('\n') })}
            autosize
            minRows={2}
            spellCheck={false}
            dir="ltr"
            classNames={{ input: 'hf-mono' }}
          />
          <NumberInput
            label={t('commands.timeout')}
            min={1}
            max={86_400}
            allowDecimal={false}
            value={command.timeoutSeconds}
            onChange={(value) => {
              if (typeof value === 'number') onChange({ ...command, timeoutSeconds: value })
            }}
          />
          <Select
            label={t('commands.onFailure')}
            data={(['stop', 'continue'] as const).map((value) => ({
              value,
              label: t(`commands.failure.${value}`),
            }))}
            value={command.onFailure}
            allowDeselect={false}
            onChange={(value) =>
              onChange({ ...command, onFailure: value === 'continue' ? 'continue' : 'stop' })
            }
          />
        </div>
      )}
    </Stack>
  )
}
