import { describe, expect, it } from 'vitest'
import { rangeAnswer } from './byte-range.ts'

const part = (first: number, last: number) => ({ kind: 'part', range: { first, last } })
const whole = { kind: 'whole' }
const unsatisfiable = { kind: 'unsatisfiable' }

describe('a Range header (RFC 9110 §14)', () => {
  it.each([
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-99', part(0, 99)],
    ['bytes=10-19', part(10, 19)],
    ['bytes=99-', part(99, 99)],
    ['bytes=50-', part(50, 99)],
    ['bytes=90-1000', part(90, 99)],
    ['bytes=-1', part(99, 99)],
    ['bytes=-100', part(0, 99)],
    ['bytes=-1000', part(0, 99)],
    ['BYTES= 5-6 ', part(5, 6)],
    ['bytes=100-', unsatisfiable],
    ['bytes=100-200', unsatisfiable],
    ['bytes=99999999999999999999999-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    [undefined, whole],
    ['', whole],
    ['bytes=', whole],
    ['bytes=-', whole],
    ['bytes=5', whole],
    ['bytes=20-10', whole],
    ['bytes=0-1,5-6', whole],
    ['bytes=a-b', whole],
    ['bytes=1.5-2', whole],
    ['bytes=--5', whole],
    ['items=0-1', whole],
  ])('%s of 100 bytes', (header, answer) => {
    expect(rangeAnswer(header, 100)).toEqual(answer)
  })

  it('never lies within an empty object', () => {
    expect(rangeAnswer('bytes=0-', 0)).toEqual(unsatisfiable)
    expect(rangeAnswer('bytes=-5', 0)).toEqual(unsatisfiable)
  })
})
