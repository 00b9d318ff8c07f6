import type { ClientHandlers } from '../../shared/client-api.ts'
import { checkSelection } from '../backup-sets/check-definition.ts'
import { readSet } from '../backup-sets/set-handlers.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import { dryRun } from './dry-run.ts'
import { measureSelection } from './measure-selection.ts'
import type { Previews } from './previews.ts'

type PreviewRequest = 'sets.measure' | 'backup.dryRun' | 'preview.cancel'

/** What something would be or do, without doing it. */
export function previewHandlers(deps: EngineDeps, previews: Previews): Pick<ClientHandlers, PreviewRequest> {
  return {
    'sets.measure': async ({ previewId, sources, exclusions }) => {
      // Names on this disk are for the person who may make sets, and not for whoever finds the page open.
      await deps.session.credentials()
      checkSelection({ sources, exclusions }, process.platform)
      const selection = await previews.make(previewId, ({ stop, progress }) =>
        measureSelection(
          { clock: deps.clock, onProgress: (done) => progress({ ...done, doneFraction: null }) },
          { sources, exclusions, stop },
        ),
      )
      return { selection }
    },
    'backup.dryRun': async ({ previewId, backupSetId }) => {
      const backupSet = await readSet(deps, backupSetId)
      return { dryRun: await previews.make(previewId, (context) => dryRun(deps, backupSet, context)) }
    },
    'preview.cancel': ({ previewId }) => Promise.resolve({ wasRunning: previews.cancel(previewId) }),
  }
}
