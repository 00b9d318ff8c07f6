import type { Kysely } from 'kysely'
import { serverSettings } from '../settings.ts'
import type { Tables, UserRow } from '../store/tables.ts'
import { textsIn, type Texts } from './texts.ts'

/** Texts for one person: in their language, else in the server's. */
export async function textsFor(db: Kysely<Tables>, { language }: Pick<UserRow, 'language'>): Promise<Texts> {
  const { settings } = await serverSettings(db)
  return textsIn(language ?? settings.defaultLanguage)
}
