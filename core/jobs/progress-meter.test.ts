import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { Progress } from './job-runner.ts'
import { progressMeter, type Amounts } from './progress-meter.ts'

function meterOf() {
  const clock = new FakeClock()
  const told: Progress[] = []
  const meter = progressMeter(clock, (progress) => void told.push(progress))
  const amounts = (bytesDone: number, more: Partial<Amounts> = {}): Amounts => ({
    stage: 'transferring',
    filesDone: 1,
    filesTotal: 10,
    bytesDone,
    bytesTotal: 1000,
    ...more,
  })
  return { clock, told, meter, amounts }
}

describe('progress', () => {
  it('is told at most five times a second', () => {
    const { clock, told, meter, amounts } = meterOf()
    for (let ms = 0; ms < 1000; ms += 10) {
      meter(amounts(ms))
      clock.advance(10)
    }
    expect(told).toHaveLength(5)
  })

  it('tells a new stage at once', () => {
    const { told, meter, amounts } = meterOf()
    meter(amounts(0, { stage: 'scanning' }))
    meter(amounts(0))
    expect(told.map(({ stage }) => stage)).toEqual(['scanning', 'transferring'])
  })

  it('has the speed of the last seconds and the time that is left', () => {
    const { clock, told, meter, amounts } = meterOf()
    for (let second = 0; second <= 4; second += 1) {
      meter(amounts(second * 100))
      clock.advance(1000)
    }
    expect(told.at(-1)).toMatchObject({ bytesPerSecond: 100, secondsLeft: 6, doneFraction: 0.4 })
  })

  it('believes restic about the time that is left', () => {
    const { told, meter, amounts } = meterOf()
    meter(amounts(100, { secondsLeft: 42, doneFraction: 0.5 }))
    expect(told[0]).toMatchObject({ secondsLeft: 42, doneFraction: 0.5 })
  })

  it('never claims more than all, or less than nothing', () => {
    const { told, meter, amounts } = meterOf()
    meter(amounts(2000))
    expect(told[0]?.doneFraction).toBe(1)
    meter(amounts(0, { stage: 'finishing', doneFraction: -1 }))
    expect(told[1]?.doneFraction).toBe(0)
  })

  it('does not know a share of an unknown total', () => {
    const { told, meter, amounts } = meterOf()
    meter(amounts(500, { bytesTotal: null, filesTotal: null }))
    expect(told[0]).toMatchObject({ doneFraction: null, secondsLeft: null })
  })

  it('goes on when the clock jumps back', () => {
    const { clock, told, meter, amounts } = meterOf()
    meter(amounts(0))
    clock.set(clock.nowMs() - 3_600_000)
    meter(amounts(100))
    expect(told).toHaveLength(2)
    expect(told[1]?.bytesPerSecond).toBe(0)
  })
})
