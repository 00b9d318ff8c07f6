import { describe, expect, it } from 'vitest'
import { createEvents } from './events.ts'

describe('client events', () => {
  it('reach every listener of that name, in order, and no other', () => {
    const events = createEvents(() => expect.unreachable())
    const heard: string[] = []
    events.on('session.changed', ({ isSignedIn }) => heard.push(`first ${String(isSignedIn)}`))
    events.on('session.changed', ({ isSignedIn }) => heard.push(`second ${String(isSignedIn)}`))
    events.on('run.started', () => heard.push('other'))
    events.emit('session.changed', { isSignedIn: true })
    expect(heard).toEqual(['first true', 'second true'])
  })

  it('stop for the listener that stopped, also in the middle of an event', () => {
    const events = createEvents(() => expect.unreachable())
    const heard: string[] = []
    const stop = events.on('session.changed', () => {
      heard.push('once')
      stop()
    })
    events.on('session.changed', () => heard.push('always'))
    events.emit('session.changed', { isSignedIn: true })
    events.emit('session.changed', { isSignedIn: false })
    expect(heard).toEqual(['once', 'always', 'always'])
  })

  it('go on to the others when one listener throws, and the failure is reported', () => {
    const failures: unknown[] = []
    const events = createEvents((error) => failures.push(error))
    const heard: string[] = []
    const failure = new Error('broken screen')
    events.on('session.changed', () => {
      throw failure
    })
    events.on('session.changed', () => heard.push('still heard'))
    events.emit('session.changed', { isSignedIn: true })
    expect(heard).toEqual(['still heard'])
    expect(failures).toEqual([failure])
  })
})
