import { describe, expect, it } from 'vitest'
import { openingBounds, smallestWindow } from './window-state.ts'

const main = { x: 0, y: 0, width: 1920, height: 1080 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }
const last = { x: 2000, y: 100, width: 1000, height: 700, isMaximized: false }

describe('the window', () => {
  it('opens where it was closed', () => {
    expect(openingBounds(last, [main, second])).toEqual({ x: 2000, y: 100, width: 1000, height: 700 })
  })

  it('comes back to the main screen when its own was unplugged', () => {
    expect(openingBounds(last, [main])).toEqual({ width: 1000, height: 700 })
  })

  it('comes back when its title bar is out of reach', () => {
    expect(openingBounds({ ...last, x: 300, y: -50 }, [main])).toEqual({ width: 1000, height: 700 })
    expect(openingBounds({ ...last, x: 1900, y: 50 }, [main])).toEqual({ width: 1000, height: 700 })
  })

  it('is never larger than its screen and never smaller than the interface needs', () => {
    expect(openingBounds({ ...last, x: 0, y: 0, width: 4000, height: 3000 }, [main])).toMatchObject({
      width: 1920,
      height: 1080,
    })
    expect(openingBounds({ ...last, x: 0, y: 0, width: 10, height: 10 }, [main])).toMatchObject(
      smallestWindow,
    )
  })

  it('leaves the first place to the system', () => {
    expect(openingBounds(undefined, [main])).toEqual({ width: 1120, height: 760 })
    expect(openingBounds(undefined, [{ x: 0, y: 0, width: 800, height: 600 }])).toEqual({
      width: 800,
      height: 600,
    })
  })
})
