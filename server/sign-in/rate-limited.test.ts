import { expect, it } from 'vitest'
import { rateLimited } from './rate-limited.ts'

it.each([
  [1, '1 s'],
  [25, '25 s'],
  [119, '119 s'],
  [120, '2 min'],
  [121, '3 min'],
  [7199, '120 min'],
  [7200, '2 h'],
  [7201, '3 h'],
  [86_400, '24 h'],
])('a refusal for %i seconds says %s, rounded up, in the message as well', (seconds, text) => {
  const error = rateLimited('Not yet', seconds)
  expect([error.code, error.message, error.details]).toEqual([
    'RATE_LIMITED',
    `Not yet; possible again in ${text}.`,
    { retryAfterSeconds: seconds },
  ])
})

it('a refusal that only an administrator ends names no time', () => {
  const error = rateLimited('Not yet', null)
  expect([error.message, error.details]).toEqual(['Not yet; ask your administrator to end this.', undefined])
})
