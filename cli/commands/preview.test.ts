import { expect, it } from 'vitest'
import type { FilePreview } from '../../shared/model/preview.ts'
import { runWithFakes } from '../testing/run-with-fakes.ts'
import { ids, snapshot } from '../testing/samples.ts'
import { withSets } from '../testing/with-sets.ts'

const handlersFor = (preview: FilePreview) =>
  withSets({
    'snapshots.list': () => Promise.resolve({ snapshots: [snapshot('a', 0)] }),
    'restore.previewFile': () => Promise.resolve({ preview }),
  })

it('holdfast preview prints a text, and lets nothing in it steer the terminal', async () => {
  const handlers = handlersFor({ kind: 'text', text: 'one\r\n\u001b[2Jtwo', isCut: true, sizeBytes: 2048 })
  const ran = await runWithFakes(['preview', 'docs', '/a/notes.txt'], { handlers })
  expect(ran.terminal.results).toEqual(['one', '\\x1b[2Jtwo', '… (only the beginning of 2.00 KiB)'])
  expect(ran.client.requests.at(-1)?.input).toEqual({
    backupSetId: ids.set('A'),
    snapshotId: ids.snapshot('a'),
    path: '/a/notes.txt',
  })
})

it('holdfast preview says of a picture where it can be seen, and of anything else that it cannot', async () => {
  const picture = handlersFor({ kind: 'picture', mediaType: 'image/png', base64: 'AAAA', sizeBytes: 3 })
  const shown = await runWithFakes(['preview', 'docs', '/a/b'], { handlers: picture })
  expect(shown.terminal.results[0]).toContain('A picture (image/png')
  const unknown = handlersFor({ kind: 'unknown', sizeBytes: 3 })
  const other = await runWithFakes(['preview', 'docs', '/a/b'], { handlers: unknown })
  expect(other.terminal.results[0]).toContain('cannot be shown')
})
