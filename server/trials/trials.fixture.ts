import type { Language } from '../../shared/model/language.ts'
import { serverSettingsSchema } from '../../shared/model/server-settings.ts'
import type { TrialSettings } from '../../shared/model/trial.ts'
import { serverSettings } from '../settings.ts'
import { origin, type TestAuth } from '../sign-in/auth.fixture.ts'

export const email = 'zoe@example.org'
export const newPassword = 'a good long password'

/** Registering as a client does it, on a server that offers it unless a test says otherwise. */
export async function openTrials(auth: TestAuth, change: Partial<TrialSettings> = {}) {
  async function setTrial(next: Partial<TrialSettings>): Promise<void> {
    const { settings } = await serverSettings(auth.store.db)
    const { trial } = serverSettingsSchema.parse({ trial: { ...settings.trial, ...next } })
    await auth.setSettings({ trial })
  }
  await setTrial({ isOffered: true, ...change })
  const mailsTo = (to: string) => auth.messages.filter((message) => message.to === to)
  return {
    setTrial,
    mailsTo,
    ask: async (address = email, from = origin, invitationCode?: string, language?: Language) =>
      await auth.handlers.askForTrial(
        { email: address, language, ...(invitationCode === undefined ? {} : { invitationCode }) },
        { origin: from, caller: undefined },
      ),
    register: async (
      code: string,
      fields: { email?: string; newPassword?: string; displayName?: string; language?: Language } = {},
      from = origin,
    ) =>
      await auth.handlers.registerTrial(
        { email, newPassword, code, ...fields },
        { origin: from, caller: undefined },
      ),
    /** The code in the newest mail to an address. */
    code: (to = email): string => {
      const code = /^([a-z0-9-]{23}) is the code/.exec(mailsTo(to).at(-1)?.text ?? '')?.[1]
      if (code === undefined) throw new Error(`No code was mailed to ${to}.`)
      return code
    },
    users: async () =>
      await auth.store.db.selectFrom('users').selectAll().where('kind', '=', 'backup').execute(),
  }
}
