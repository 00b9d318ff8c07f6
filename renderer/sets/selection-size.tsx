import { Loader, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Selection } from '../../shared/model/preview.ts'
import type { Preview } from '../client/use-preview.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'

interface SelectionProps {
  readonly selection: Preview<'sets.measure'>
}

/** How much the chosen sources are. Counted beside the person's work, never in their way. */
export function SelectionSize({ selection: { query, progress } }: SelectionProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  if (query.isFetching) {
    return (
      <div className="hf-estimate" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {progress === null
            ? t('estimate.counting')
            : t('estimate.countingSoFar', {
                count: progress.fileCount,
                files: formats.number(progress.fileCount),
                size: formats.bytes(progress.sizeBytes),
              })}
        </Text>
      </div>
    )
  }
  if (query.error !== null) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return null
  return <Size selection={query.data.selection} />
}

function Size({ selection }: { selection: Selection }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { fileCount, sizeBytes, unreadableCount, unreadable, missing, isWhole } = selection
  return (
    <div className="hf-soft-box" role="status">
      <Text size="sm" fw={600}>
        {t(isWhole ? 'estimate.size' : 'estimate.atLeast', {
          count: fileCount,
          files: formats.number(fileCount),
          size: formats.bytes(sizeBytes),
        })}
      </Text>
      {missing.map((path) => (
        <Text key={path} size="sm" c="var(--hf-bad)" className="hf-wrap">
          {t('estimate.missing', { path })}
        </Text>
      ))}
      {unreadableCount > 0 && (
        <details className="hf-details">
          <summary>{t('estimate.unreadable', { count: unreadableCount })}</summary>
          <ul className="hf-paths">
            {unreadable.map(({ path, reason }) => (
              <li key={path} className="hf-wrap">
                <span className="hf-path hf-wrap" dir="ltr">
                  {path}
                </span>{' '}
                <span className="hf-dimmed">{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

/** What the exclusions leave out, and which of them does. */
export function ExclusionPreview({ selection: { query } }: SelectionProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const selection = query.data?.selection
  if (selection === undefined) return null
  const { excludedCount, excludedFileCount, excludedSizeBytes, excluded } = selection
  if (excludedCount === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {t('estimate.nothingExcluded')}
      </Text>
    )
  }
  return (
    <div className="hf-soft-box">
      <Text size="sm" fw={600} role="status">
        {t('estimate.excluded', {
          count: excludedFileCount,
          files: formats.number(excludedFileCount),
          size: formats.bytes(excludedSizeBytes),
        })}
      </Text>
      <details className="hf-details">
        <summary>{t('estimate.showExcluded')}</summary>
        <div className="hf-files" tabIndex={0} role="region" aria-label={t('estimate.showExcluded')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('estimate.path')}</th>
                <th scope="col">{t('estimate.pattern')}</th>
                <th scope="col" className="hf-number">
                  {t('restore.size')}
                </th>
              </tr>
            </thead>
            <tbody>
              {excluded.map(({ path, kind, pattern, fileCount, sizeBytes }) => (
                <tr key={path}>
                  <td>
                    <span className="hf-path hf-wrap" dir="ltr">
                      {path}
                    </span>
                    {kind === 'folder' && (
                      <Text size="sm" c="dimmed">
                        {t('estimate.filesInside', { count: fileCount, files: formats.number(fileCount) })}
                      </Text>
                    )}
                  </td>
                  <td>
                    <code dir="ltr">{pattern}</code>
                  </td>
                  <td className="hf-number">{formats.bytes(sizeBytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {excludedCount > excluded.length && (
          <Text size="sm" c="dimmed">
            {t('common.andMore', { count: excludedCount - excluded.length })}
          </Text>
        )}
      </details>
    </div>
  )
}
