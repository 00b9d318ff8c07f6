import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ClientCall, ClientOutput } from '../../shared/client-api.ts'
import type { PreviewProgress } from '../../shared/model/preview.ts'
import { ask } from './ask.ts'
import { useServices } from './services.tsx'

export type PreviewName = 'sets.measure' | 'backup.dryRun'

export interface Preview<R extends PreviewName> {
  readonly query: UseQueryResult<ClientOutput<R>>
  /** Null before anything was told. */
  readonly progress: PreviewProgress | null
}

/**
 * Something that takes its time: told about while it is made, and cancelled in core when nobody waits for it
 * any more because the screen is gone or asks for something else.
 */
export function usePreview<R extends PreviewName>(
  name: R,
  input: Omit<ClientCall<R>, 'previewId'>,
  { enabled }: { readonly enabled: boolean },
): Preview<R> {
  const { api } = useServices()
  const [previewId] = useState(newPreviewId)
  const [progress, setProgress] = useState<PreviewProgress | null>(null)
  useEffect(
    () =>
      api.on('preview.progress', (told) => {
        if (told.previewId === previewId) setProgress(told)
      }),
    [api, previewId],
  )
  const query = useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => {
      setProgress(null)
      signal.addEventListener('abort', () => void api.request('preview.cancel', { previewId }))
      return ask(api, name, { ...input, previewId } as ClientCall<R>)
    },
    enabled,
    staleTime: 60_000,
    retry: false,
  })
  return { query, progress }
}

function newPreviewId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
