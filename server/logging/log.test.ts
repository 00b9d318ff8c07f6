import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { createLog } from './log.ts'

function written(fields: object, message = 'Something happened.'): string {
  let text = ''
  createLog('info', { write: (line) => (text += line) }).info(fields, message)
  return text
}

describe('a log line', () => {
  it.each([
    'password',
    'currentPassword',
    'passcode',
    'sessionToken',
    'token_hash',
    'Authorization',
    'cookie',
    'secretBase32',
    'otpauthUri',
    'backupCodes',
    'code',
    'privateKey',
    'private_key',
  ])('hides the value of %s at every depth', (name) => {
    const text = written({ a: { b: [{ [name]: 'hunter2' }] }, [name]: { deep: 'hunter2' } })
    expect(text).not.toContain('hunter2')
    expect(text).toContain('[hidden]')
  })

  it('keeps what is needed to find a fault: error codes, ids, times', () => {
    const fields = {
      code: 'RATE_LIMITED',
      user: 'usr_x',
      status: 429,
      problem: 'INPUT_INVALID',
      mustHavePassword: true,
    }
    expect(JSON.parse(written(fields))).toMatchObject({
      ...fields,
      level: 'info',
      msg: 'Something happened.',
    })
  })

  it('has an error with its causes, and nothing else that hangs on it', () => {
    const driver = Object.assign(new Error('duplicate key'), { code: '23505', parameters: ['hunter2'] })
    const text = written({ err: new AppError('CONFLICT', 'Taken.', { cause: driver }) })
    expect(JSON.parse(text)).toMatchObject({
      err: {
        name: 'AppError',
        code: 'CONFLICT',
        message: 'Taken.',
        cause: { message: 'duplicate key', code: '23505' },
      },
    })
    expect(text).not.toContain('hunter2')
  })

  it('cuts credentials out of addresses and headers that stand in a text', () => {
    const text = written({
      err: new Error('cannot reach postgres://holdfast:hunter2@db.example/x'),
      note: 'sent Authorization: Bearer hunter2hunter2, then Basic aHVudGVyMg==',
    })
    expect(text).not.toMatch(/hunter2|aHVudGVyMg/)
    expect(text).toContain('@db.example/x')
  })

  it('of something that contains itself ends', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(written(loop)).toContain('[deep]')
  })

  it('has no line break in it, whatever is logged', () => {
    expect(written({ name: 'a\nb' }, 'c\nd').trimEnd()).not.toContain('\n')
  })
})
