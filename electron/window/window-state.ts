import { z } from 'zod'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The interface is laid out down to this. */
export const smallestWindow = { width: 760, height: 520 } as const
const firstWindow = { width: 1120, height: 760 } as const

export const windowStateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  isMaximized: z.boolean(),
})
export type WindowState = z.infer<typeof windowStateSchema>

/** A title bar shows at least this much of itself, or it could not be caught with the mouse. */
const catchable = { width: 120, height: 40 } as const

/**
 * Where the window opens: where it was closed, unless that is no longer on any screen; never larger than the
 * screen, never smaller than the interface needs.
 *
 * @param screens work areas, the main one first
 */
export function openingBounds(
  last: WindowState | undefined,
  screens: readonly Rectangle[],
): Partial<Rectangle> {
  if (last === undefined) return fitted(firstWindow, screens[0])
  const screen = screens.find((each) => isCatchable(last, each))
  if (screen === undefined) return fitted(last, screens[0])
  return { x: last.x, y: last.y, ...fitted(last, screen) }
}

function fitted(wanted: { width: number; height: number }, screen: Rectangle | undefined) {
  const limit = screen ?? { width: Infinity, height: Infinity }
  return {
    width: Math.max(smallestWindow.width, Math.min(wanted.width, limit.width)),
    height: Math.max(smallestWindow.height, Math.min(wanted.height, limit.height)),
  }
}

function isCatchable(window: Rectangle, screen: Rectangle): boolean {
  const shownWidth = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x)
  const isTitleShown = window.y >= screen.y && window.y + catchable.height <= screen.y + screen.height
  return shownWidth >= catchable.width && isTitleShown
}
