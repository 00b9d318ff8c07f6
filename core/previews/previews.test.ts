import { describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import type { PreviewProgress } from '../../shared/model/preview.ts'
import { createEvents } from '../events.ts'
import { previews, type PreviewContext } from './previews.ts'

const id = 'a-preview-of-a-test'

function parts() {
  const events = createEvents((error) => {
    throw error
  })
  const told: PreviewProgress[] = []
  events.on('preview.progress', (progress) => void told.push(progress))
  return { made: previews({ events }), told }
}

/** Works until it is stopped. */
const endless = ({ stop }: PreviewContext) =>
  new Promise<string>((resolve) => stop.addEventListener('abort', () => resolve('stopped')))

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.catch((reason: unknown) => reason)
  return isAppError(error) ? error.code : 'none'
}

describe('a preview', () => {
  it('tells how far it is under its own id', async () => {
    const { made, told } = parts()
    const progress = { fileCount: 1, sizeBytes: 2, doneFraction: null }
    const result = await made.make(id, (context) => {
      context.progress(progress)
      return Promise.resolve('done')
    })
    expect([result, told]).toEqual(['done', [{ previewId: id, ...progress }]])
  })

  it('that is cancelled ends as cancelled, whatever it still found', async () => {
    const { made } = parts()
    const running = codeOf(made.make(id, endless))
    expect(made.cancel(id)).toBe(true)
    expect(await running).toBe('CANCELLED')
    expect(made.cancel(id)).toBe(false)
  })

  it('takes the place of the one before under the same id', async () => {
    const { made } = parts()
    const first = codeOf(made.make(id, endless))
    expect(await made.make(id, () => Promise.resolve('second'))).toBe('second')
    expect(await first).toBe('CANCELLED')
  })

  it('is refused while too many others are made, so that no page can wear out the disk', async () => {
    const { made } = parts()
    const others = ['one', 'two', 'three', 'four'].map((other) => codeOf(made.make(other, endless)))
    expect(await codeOf(made.make(id, endless))).toBe('RATE_LIMITED')
    await made.close()
    expect(await Promise.all(others)).toEqual(others.map(() => 'CANCELLED'))
  })
})
