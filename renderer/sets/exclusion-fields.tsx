import { Checkbox, Stack, TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { DraftProps } from './draft.ts'

/** What hardly anybody wants to keep; patterns are restic's (`--exclude`). */
const groups = {
  temporary: ['*.tmp', '~$*', 'Thumbs.db', '.DS_Store'],
  caches: ['.cache', 'Cache', 'Caches', 'CachedData'],
  trash: ['$RECYCLE.BIN', '.Trash*', '.local/share/Trash'],
  development: ['node_modules', '__pycache__', 'target/debug'],
} as const
const groupNames = Object.keys(groups) as (keyof typeof groups)[]

export function ExclusionFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const has = (pattern: string) => draft.exclusions.includes(pattern)
  return (
    <Stack gap="sm">
      <div className="hf-fields" role="group" aria-label={t('exclusions.groups')}>
        {groupNames.map((name) => {
          const patterns: readonly string[] = groups[name]
          const isOn = patterns.every(has)
          return (
            <Checkbox
              key={name}
              label={t(`exclusions.group.${name}`)}
              description={<span dir="ltr">{patterns.join('  ')}</span>}
              checked={isOn}
              indeterminate={!isOn && patterns.some(has)}
              onChange={() => {
                const others = draft.exclusions.filter((pattern) => !patterns.includes(pattern))
                onChange({ ...draft, exclusions: isOn ? others : [...others, ...patterns] })
              }}
            />
          )
        })}
      </div>
      <TagsInput
        label={t('exclusions.patterns')}
        description={t('exclusions.patternsText')}
        value={draft.exclusions}
        onChange={(exclusions) => onChange({ ...draft, exclusions })}
        maxTags={1000}
        splitChars={['\n']}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
      />
    </Stack>
  )
}
