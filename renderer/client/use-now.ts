import { useEffect, useState } from 'react'
import { useServices } from './services.tsx'

/** The time, drawn anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const { clock } = useServices()
  const [nowMs, setNowMs] = useState(() => clock.nowMs())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(clock.nowMs()), everyMs)
    return () => clearInterval(timer)
  }, [clock, everyMs])
  return nowMs
}
