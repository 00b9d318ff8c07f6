import type { ClientHandlers } from '../../shared/client-api.ts'
import type { FilePreview } from '../../shared/model/preview.ts'
import { needGrant } from './fake-account.ts'
import type { FakeDeps } from './fake-state.ts'

export type PreviewRequest = 'sets.measure' | 'backup.dryRun' | 'restore.previewFile' | 'preview.cancel'

const documents = '/home/anna/Documents'

/** What a computer with documents and pictures would answer; exclusions decide by their last name only. */
export function fakePreviewHandlers({ state, emit }: FakeDeps): Pick<ClientHandlers, PreviewRequest> {
  return {
    'sets.measure': ({ previewId, sources, exclusions }) => {
      emit('preview.progress', { previewId, fileCount: 12_400, sizeBytes: 9_100_000_000, doneFraction: null })
      const excluded = [
        { path: `${documents}/old.tmp`, kind: 'file', pattern: '*.tmp', fileCount: 1, sizeBytes: 48_000 },
        { path: `${documents}/~$letter.odt`, kind: 'file', pattern: '~$*', fileCount: 1, sizeBytes: 162 },
        {
          path: `${documents}/site/node_modules`,
          kind: 'folder',
          pattern: 'node_modules',
          fileCount: 18_422,
          sizeBytes: 214_000_000,
        },
      ] as const
      const left = excluded.filter(({ pattern }) => exclusions.includes(pattern))
      const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
      return Promise.resolve({
        selection: {
          fileCount: 48_165 * sources.length,
          folderCount: 3211 * sources.length,
          sizeBytes: 48_730_000_000 * sources.length,
          unreadableCount: 2,
          unreadable: [
            { path: `${documents}/vault.kdbx`, reason: 'permission denied' },
            { path: `${documents}/mail.lock`, reason: 'permission denied' },
          ],
          missing: sources.filter((source) => source.includes('missing')),
          excludedFileCount: sum(left.map(({ fileCount }) => fileCount)),
          excludedSizeBytes: sum(left.map(({ sizeBytes }) => sizeBytes)),
          excludedCount: left.length,
          excluded: [...left],
          isWhole: true,
        },
      })
    },
    'backup.dryRun': ({ previewId }) => {
      emit('preview.progress', {
        previewId,
        fileCount: 31_000,
        sizeBytes: 30_000_000_000,
        doneFraction: 0.63,
      })
      return Promise.resolve({
        dryRun: {
          filesNew: 2,
          filesChanged: 1,
          filesUnmodified: 48_162,
          bytesProcessed: 48_730_000_000,
          bytesAdded: 8_400_000,
          changes: [
            { path: '/home/anna/Pictures/2026 Oslo/IMG_0001.jpg', change: 'new', sizeBytes: 4_100_000 },
            { path: '/home/anna/Pictures/2026 Oslo/IMG_0002.jpg', change: 'new', sizeBytes: 4_200_000 },
            { path: `${documents}/accounts 2026.ods`, change: 'changed', sizeBytes: 88_000 },
          ],
          leftOutCount: 1,
          leftOut: [{ path: `${documents}/vault.kdbx`, reason: 'permission denied' }],
          isFirst: false,
        },
      })
    },
    'restore.previewFile': ({ path }) => {
      needGrant(state, 'restore')
      return Promise.resolve({ preview: state.filePreview ?? fakePreview(path) })
    },
    'preview.cancel': () => Promise.resolve({ wasRunning: false }),
  }
}

/** By the ending of its name, which the fake has nothing but. */
function fakePreview(path: string): FilePreview {
  if (/\.(txt|md|html)$/.test(path)) {
    const text = `<b>Packing list</b> for Oslo\n\n- passports\n- warm socks\n- the old camera\n`
    return { kind: 'text', text, isCut: false, sizeBytes: text.length }
  }
  if (/\.(jpg|png)$/.test(path)) {
    return { kind: 'picture', mediaType: 'image/png', base64: smallPicture, sizeBytes: 68 }
  }
  return { kind: 'unknown', sizeBytes: 88_000 }
}

/** One pixel. */
const smallPicture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
