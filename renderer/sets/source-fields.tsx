import { ActionIcon, Button, Group, Text, TextInput } from '@mantine/core'
import { IconFolder, IconFolderPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '../client/services.tsx'
import type { DraftProps } from './draft.ts'

/** What is backed up: folders by a click where the program knows them, by the native picker, or by path. */
export function SourceFields({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const { host } = useServices()
  const [typed, setTyped] = useState('')
  const common = useQuery({
    queryKey: ['host.commonFolders'],
    queryFn: () => host.commonFolders?.() ?? Promise.resolve([]),
  })
  const add = (paths: readonly string[]) => {
    const fresh = paths
      .map((path) => path.trim())
      .filter((path) => path !== '' && !draft.sources.includes(path))
    if (fresh.length > 0) onChange({ ...draft, sources: [...draft.sources, ...new Set(fresh)] })
  }
  const pick = async (picker: (() => Promise<readonly string[] | null>) | undefined) =>
    add((await picker?.()) ?? [])
  const suggested = (common.data ?? []).filter(({ path }) => !draft.sources.includes(path))

  return (
    <>
      {draft.sources.length > 0 && (
        <ul className="hf-list hf-list-boxed" aria-label={t('sources.title')}>
          {draft.sources.map((path) => (
            <li key={path}>
              <IconFolder size={20} stroke={1.7} aria-hidden />
              <Text size="sm" className="hf-grow hf-path hf-wrap" dir="ltr">
                {path}
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                className="hf-quiet-button"
                aria-label={t('sources.remove', { path })}
                onClick={() => onChange({ ...draft, sources: draft.sources.filter((each) => each !== path) })}
              >
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {suggested.length > 0 && (
        <Group gap="xs" role="group" aria-label={t('sources.suggested')}>
          {suggested.map(({ kind, path }) => (
            <Button
              key={path}
              variant="light"
              radius="xl"
              size="compact-md"
              title={path}
              leftSection={<IconFolderPlus size={16} aria-hidden />}
              onClick={() => add([path])}
            >
              {t(`sources.preset.${kind}`)}
            </Button>
          ))}
        </Group>
      )}
      {(host.pickFolders !== undefined || host.pickFiles !== undefined) && (
        <Group gap="xs">
          {host.pickFolders !== undefined && (
            <Button variant="default" onClick={() => void pick(host.pickFolders)}>
              {t('sources.pickFolders')}
            </Button>
          )}
          {host.pickFiles !== undefined && (
            <Button variant="default" onClick={() => void pick(host.pickFiles)}>
              {t('sources.pickFiles')}
            </Button>
          )}
        </Group>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          add([typed])
          setTyped('')
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            className="hf-grow"
            label={t('sources.path')}
            description={t('sources.pathText')}
            placeholder="/home/anna/Documents"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            spellCheck={false}
            dir="ltr"
            maxLength={4096}
          />
          <Button type="submit" variant="default" disabled={typed.trim() === ''}>
            {t('common.add')}
          </Button>
        </Group>
      </form>
    </>
  )
}
