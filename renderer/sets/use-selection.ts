import { useEffect, useState } from 'react'
import { usePreview, type Preview } from '../client/use-preview.ts'
import type { Draft } from './draft.ts'

/** Somebody who types or ticks one after the other wants one answer, at the end. */
const settleMs = 700

/** What the sources and exclusions of a draft amount to, looked up again when they have come to rest. */
export function useSelection({ sources, exclusions }: Draft): Preview<'sets.measure'> {
  const [settled, setSettled] = useState({ sources, exclusions })
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ sources, exclusions }), settleMs)
    return () => clearTimeout(timer)
  }, [sources, exclusions])
  return usePreview('sets.measure', settled, { enabled: settled.sources.length > 0 })
}
