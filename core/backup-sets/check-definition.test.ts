import { describe, expect, it } from 'vitest'
import { backupSetDefinitionSchema } from '../../shared/model/backup-set.ts'
import { checkDefinition } from './check-definition.ts'

const definition = (more: Record<string, unknown>) =>
  backupSetDefinitionSchema.parse({ name: 'Docs', sources: ['/home/ann'], ...more })

describe('a definition', () => {
  it.each<[string, Record<string, unknown>, NodeJS.Platform]>([
    ['with absolute sources', { sources: ['/', '/home/ann', '/with\nnewline'] }, 'linux'],
    ['with Windows sources on Windows', { sources: ['C:\\Users\\ann', 'D:/x'] }, 'win32'],
    [
      'with patterns of every kind',
      { exclusions: ['*.tmp', '**/x', '[abc]', '[^a]?', '\\[', '!keep'] },
      'linux',
    ],
    ['with any zone that the computer knows', { timeZone: 'Pacific/Apia' }, 'linux'],
  ])('%s is taken', (_what, more, platform) => {
    expect(() => checkDefinition(definition(more), platform)).not.toThrow()
  })

  it.each<[string, Record<string, unknown>, NodeJS.Platform, string[]]>([
    ['a relative source', { sources: ['/fine', 'docs'] }, 'linux', ['definition.sources.1']],
    ['a Unix source on Windows without a drive', { sources: ['docs\\x'] }, 'win32', ['definition.sources.0']],
    ['a bracket that never closes', { exclusions: ['ok', '[abc'] }, 'linux', ['definition.exclusions.1']],
    ['an empty bracket', { exclusions: ['[]'] }, 'linux', ['definition.exclusions.0']],
    ['a zone of nowhere', { timeZone: 'Europe/Atlantis' }, 'linux', ['definition.timeZone']],
  ])('with %s is refused by its field', (_what, more, platform, paths) => {
    expect(() => checkDefinition(definition(more), platform)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        details: expect.objectContaining({ paths }) as object,
      }) as Error,
    )
  })
})
