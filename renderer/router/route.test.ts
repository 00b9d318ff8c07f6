import { describe, expect, it } from 'vitest'
import { hashOf, routeOf, type Route } from './route.ts'

const routes: Route[] = [
  { screen: 'home' },
  { screen: 'new-set' },
  { screen: 'set', backupSetId: 'set_a/b c' },
  { screen: 'run', jobRunId: 'run_1' },
  { screen: 'restore', backupSetId: null },
  { screen: 'restore', backupSetId: 'set_1' },
  { screen: 'activity' },
  { screen: 'recover' },
]

describe('a route', () => {
  it.each(routes)('survives its address: %j', (route) => {
    expect(routeOf(hashOf(route))).toEqual(route)
  })

  it('is home when the address is unknown', () => {
    expect(routeOf('#/nowhere/else')).toEqual({ screen: 'home' })
    expect(routeOf('')).toEqual({ screen: 'home' })
  })
})
