import type { AuthenticatorPreset } from './model/policy.ts'

/** What the apps that an administrator can name are called; null where the administrator names it. */
export const authenticatorNames: Readonly<Record<AuthenticatorPreset, string | null>> = {
  any: null,
  microsoft: 'Microsoft Authenticator',
  google: 'Google Authenticator',
  'third-party': null,
}

/** Where phones get them: shown as text, because a link opened on the computer installs nothing on a phone. */
export const authenticatorStores: Readonly<Record<AuthenticatorPreset, readonly string[]>> = {
  any: [],
  microsoft: [
    'https://apps.apple.com/app/microsoft-authenticator/id983156458',
    'https://play.google.com/store/apps/details?id=com.azure.authenticator',
  ],
  google: [
    'https://apps.apple.com/app/google-authenticator/id388497605',
    'https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  ],
  'third-party': [],
}
