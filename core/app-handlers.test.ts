import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainInstallation } from '../shared/model/installation.ts'
import { appHandlers } from './app-handlers.ts'
import { coreParts, type CoreParts } from './session/core.fixture.ts'

let core: CoreParts
let chosen: string[]
beforeEach(async () => {
  core = await coreParts()
  chosen = []
})
afterEach(() => core.remove())

function handlers(isSecretStoreFixed: boolean) {
  return appHandlers({
    ...core,
    secrets: {
      ...core.secrets,
      choose: (kind) => Promise.resolve(void chosen.push(kind)),
      state: () => Promise.resolve('ready'),
      close: () => undefined,
    },
    installation: { ...plainInstallation, isSecretStoreFixed },
    isScheduling: () => false,
    engineSide: {
      engine: () => Promise.reject(new Error('There is none in this test.')),
      running: () => [],
      nextRuns: () => Promise.resolve([]),
    },
  })['app.chooseSecretStore']
}

describe('where secrets are kept', () => {
  it('is a person’s choice', async () => {
    await handlers(false)({ kind: 'system' })
    expect(chosen).toEqual(['system'])
  })

  it('stays where the administrator put it', async () => {
    await expect(handlers(true)({ kind: 'system' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      details: { reason: 'fixed' },
    })
    await handlers(true)({ kind: 'file' })
    expect(chosen).toEqual(['file'])
  })
})
