// The screens and how a person gets to each: scene of dev/scenes.ts, address, and what to do there.

export const typePassword = async (page) => {
  const name = page.getByRole('textbox').first()
  if ((await name.inputValue()) === '') await name.fill('anna')
  // In every language.
  await page.locator('input[type=password]').fill('correct horse')
  await page.locator('input[type=password]').press('Enter')
}
const choose = async (page, name) => {
  await typePassword(page)
  await page.getByRole('button', { name }).click()
}
const toRecovery = async (page) => {
  await typePassword(page)
  await page.getByRole('button', { name: /can’t use/ }).click()
  await page.getByRole('button', { name: 'Recover with my recovery phone' }).click()
  await page.getByLabel('Phone number').waitFor()
}
const toTrial = async (page) => {
  await page.getByRole('button', { name: 'Start a free trial' }).click()
  await page.getByLabel('Mail address').fill('zoe.a-rather-long-name@department.example.org')
}
const askForTrial = async (page, invitation) => {
  await page.getByLabel('Invitation code').fill(invitation)
  await page.getByRole('button', { name: 'Send the code' }).click()
}
const toTrialCode = async (page) => {
  await toTrial(page)
  await askForTrial(page, 'summer-fair-2027')
  await page.getByLabel('Code from the mail').waitFor()
}
const finishTrial = async (page, code, password) => {
  await page.getByLabel('Code from the mail').fill(code)
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel('New password again').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}
const tab = (name) => (page) => page.getByRole('tab', { name }).click()
const toKit = async (page) => {
  await page.getByRole('button', { name: 'Documents', exact: true }).click()
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'I have kept it' }).waitFor()
}
const wizard = (count) => async (page) => {
  await page.getByRole('button', { name: 'Documents', exact: true }).click()
  for (let step = 0; step < count; step++) await page.getByRole('button', { name: 'Continue' }).click()
}

export const shots = [
  { name: 'sign-in', scene: 'live' },
  { name: 'sign-in-first-time', scene: 'new-computer' },
  { name: 'sign-in-no-store', scene: 'no-store' },
  {
    name: 'sign-in-connection',
    scene: 'new-computer',
    steps: async (page) => {
      await page.getByLabel('Server address').fill('backup.example.com:8443')
      await page.getByRole('button', { name: 'Connection settings' }).click()
      await page.getByRole('combobox', { name: 'Way to the server' }).click()
      await page.getByRole('option', { name: 'Through a proxy of my own' }).click()
      await page.getByLabel(/^Proxy address/).fill('proxy.example.com:3128')
      await page.getByLabel('Login name at the proxy').fill('anna')
      await page.getByLabel('Password at the proxy').waitFor()
    },
  },
  {
    name: 'sign-in-wrong',
    scene: 'live',
    steps: async (page) => {
      await page.getByLabel('Password', { exact: true }).fill('guess')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'sign-in-trial', scene: 'trial' },
  { name: 'trial', scene: 'trial', steps: toTrial },
  {
    name: 'trial-wrong-invitation',
    scene: 'trial',
    steps: async (page) => {
      await toTrial(page)
      await askForTrial(page, 'winter-fair')
      await page.getByText('not the code of the invitation').waitFor()
    },
  },
  { name: 'trial-register', scene: 'trial', steps: toTrialCode },
  {
    name: 'trial-refused',
    scene: 'trial',
    steps: async (page) => {
      await toTrialCode(page)
      await finishTrial(page, 'wrong-wrong-wrong-wrong', 'password1')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'trial-done',
    scene: 'trial',
    steps: async (page) => {
      await toTrialCode(page)
      await finishTrial(page, 'k7m2p-x9w4t-b3n8r-c9d4f', 'a good long password')
      await page.getByText('Your account is ready').waitFor()
    },
  },
  { name: 'choose-method', scene: 'live', steps: typePassword },
  {
    name: 'choose-method-stuck',
    scene: 'live',
    steps: async (page) => {
      await typePassword(page)
      await page.getByRole('button', { name: /can’t use/ }).click()
    },
  },
  {
    name: 'recover-offered',
    scene: 'recoverable',
    steps: async (page) => {
      await typePassword(page)
      await page.getByRole('button', { name: /can’t use/ }).click()
    },
  },
  { name: 'recover-number', scene: 'recoverable', steps: toRecovery },
  {
    name: 'recover-waiting',
    scene: 'recoverable',
    steps: async (page) => {
      await toRecovery(page)
      await page.getByLabel('Phone number').fill('+4915199999942')
      await page.getByRole('button', { name: 'Send passcode' }).click()
      await page.getByLabel('Passcode').fill('123456')
      await page.getByText('The waiting time has begun').waitFor()
    },
  },
  { name: 'recover-waits-signed-out', scene: 'recovery-waits-signed-out' },
  {
    name: 'forgotten-password',
    scene: 'live',
    steps: (page) => page.getByRole('button', { name: 'Forgotten password' }).click(),
  },
  {
    name: 'forgotten-password-code',
    scene: 'live',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Forgotten password' }).click()
      await page.getByRole('button', { name: 'Send the code' }).click()
      await page.getByLabel('Code from the mail').waitFor()
    },
  },
  { name: 'recover-waits-home', scene: 'recovery-waits' },
  { name: 'recover-waits-account', scene: 'recovery-waits', hash: '/account' },
  { name: 'recover-account-screen', scene: 'with-recovery-phone', hash: '/account' },
  { name: 'passcode', scene: 'live', steps: (page) => choose(page, /My phone/) },
  {
    name: 'passcode-wrong',
    scene: 'live',
    steps: async (page) => {
      await choose(page, /My phone/)
      await page.getByLabel('Passcode').fill('111111')
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'passkey', scene: 'passkey', steps: (page) => choose(page, /My laptop/) },
  {
    name: 'passkey-waiting',
    scene: 'passkey',
    steps: async (page) => {
      await choose(page, /My laptop/)
      await page.getByRole('button', { name: 'Open the browser' }).click()
    },
  },
  {
    name: 'passkey-code',
    scene: 'passkey',
    steps: async (page) => {
      await choose(page, /My laptop/)
      await page.getByRole('button', { name: 'Use another device' }).click()
    },
  },
  { name: 'phone-approval', scene: 'paired-phone', steps: (page) => choose(page, /Pixel 9/) },
  { name: 'phone-approval-over', scene: 'phone-expired', steps: (page) => choose(page, /Pixel 9/) },
  {
    name: 'phone-pairing',
    scene: 'must-pair',
    steps: async (page) => {
      await choose(page, /Approval on your phone/)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('img', { name: /QR/ }).waitFor()
    },
  },
  { name: 'authenticator-code', scene: 'live', steps: (page) => choose(page, /Aegis/) },
  {
    name: 'backup-code',
    scene: 'live',
    steps: async (page) => {
      await typePassword(page)
      await page.getByRole('button', { name: /can’t use/ }).click()
      await page.getByRole('button', { name: /Backup codes/ }).click()
    },
  },
  { name: 'choose-channel', scene: 'every-method', steps: typePassword },
  { name: 'called', scene: 'every-method', steps: (page) => choose(page, /My phone.*Phone call/) },
  { name: 'enrol-until', scene: 'offer-until', steps: typePassword },
  {
    name: 'enrol-email',
    scene: 'must-enrol-every',
    steps: async (page) => {
      await choose(page, /E-mail/)
      await page.getByLabel('E-mail address').waitFor()
    },
  },
  {
    name: 'enrol-named-app',
    scene: 'must-enrol-every',
    steps: async (page) => {
      await choose(page, /Authenticator app/)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('img', { name: /QR/ }).waitFor()
    },
  },
  { name: 'account-opt-out', scene: 'may-opt-out', hash: '/account' },
  { name: 'enrol-offer', scene: 'offer', steps: typePassword },
  { name: 'sign-in-backups-stopped', scene: 'backups-stopped' },
  { name: 'legacy-offer', scene: 'legacy', steps: typePassword },
  { name: 'enrol-must', scene: 'must-enrol', steps: typePassword },
  {
    name: 'enrol-phone',
    scene: 'must-enrol',
    steps: async (page) => {
      await choose(page, /Text message/)
      await page.getByLabel('Phone number').waitFor()
    },
  },
  {
    name: 'enrol-authenticator',
    scene: 'must-enrol',
    steps: async (page) => {
      await choose(page, /Authenticator app/)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('img', { name: /QR/ }).waitFor()
    },
  },
  {
    name: 'backup-codes',
    scene: 'must-enrol',
    steps: async (page) => {
      await choose(page, /Authenticator app/)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByLabel('Code', { exact: true }).fill('123456')
      await page.getByRole('button', { name: 'Copy' }).waitFor()
    },
  },
  { name: 'change-password', scene: 'change-password', steps: typePassword },
  { name: 'home-on-trial', scene: 'on-trial' },
  { name: 'home', scene: 'home' },
  { name: 'home-empty', scene: 'empty' },
  { name: 'first-steps', scene: 'first-steps' },
  { name: 'first-steps-half', scene: 'first-steps-half' },
  { name: 'first-steps-elsewhere', scene: 'first-steps', hash: '/sets/new' },
  { name: 'home-attention', scene: 'attention' },
  { name: 'home-loading', scene: 'loading' },
  { name: 'home-offline', scene: 'offline', steps: (page) => page.getByRole('alert').first().waitFor() },
  { name: 'client-lost', scene: 'unreachable', steps: (page) => page.getByRole('alert').waitFor() },
  {
    name: 'new-set-what',
    scene: 'empty',
    hash: '/sets/new',
    steps: async (page) => {
      await wizard(0)(page)
      await page.getByText(/files, .* GB/).waitFor()
    },
  },
  { name: 'new-set-when', scene: 'empty', hash: '/sets/new', steps: wizard(1) },
  { name: 'new-set-keep', scene: 'empty', hash: '/sets/new', steps: wizard(2) },
  { name: 'new-set-kit', scene: 'empty', hash: '/sets/new', steps: toKit },
  {
    name: 'new-set-kit-confirm',
    scene: 'empty',
    hash: '/sets/new',
    steps: async (page) => {
      await toKit(page)
      await page.getByRole('button', { name: 'I have kept it' }).click()
    },
  },
  { name: 'new-set-review', scene: 'home', hash: '/sets/new', steps: wizard(3) },
  {
    name: 'edit-set',
    scene: 'home',
    hash: '/sets/set_documents0000000000000',
    steps: async (page) => {
      await page.getByRole('switch', { name: /Paused/ }).click()
    },
  },
  {
    name: 'edit-set-more',
    scene: 'home',
    hash: '/sets/set_documents0000000000000',
    steps: async (page) => {
      await page.getByRole('switch', { name: /before each/ }).click()
      await page.getByRole('region', { name: 'How long backups stay' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'edit-set-estimate',
    scene: 'home',
    hash: '/sets/set_documents0000000000000',
    steps: async (page) => {
      await page.getByText(/96,330 files/).waitFor()
      await page.getByRole('checkbox', { name: /tools can make/ }).check()
      await page.getByRole('checkbox', { name: /Temporary/ }).check()
      await page.getByText(/^Left out:/).waitFor()
      await page.getByText('Show what is left out').click()
      await page.getByText('Show what is left out').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'edit-set-dry-run',
    scene: 'home',
    hash: '/sets/set_documents0000000000000',
    steps: async (page) => {
      const section = page.getByRole('region', { name: 'Dry run' })
      await section.getByRole('button', { name: 'Try it' }).click()
      await section.getByText('Show the 3 files').click()
      await section.getByText(/accounts 2026/).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'edit-set-retention',
    scene: 'home',
    hash: '/sets/set_documents0000000000000',
    steps: async (page) => {
      const section = page.getByRole('region', { name: 'How long backups stay' })
      await section.getByText('A short time').click()
      await section.getByText('Show each backup').click()
      await section.getByRole('table').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'running',
    scene: 'running',
    hash: '/runs/run_shown00000000000000000',
    steps: (page) => page.getByText('Working on').waitFor(),
  },
  { name: 'home-running', scene: 'running', steps: (page) => page.getByText(/left$/).first().waitFor() },
  { name: 'run-report', scene: 'home', hash: '/runs/run_0d00000000000000000000' },
  { name: 'run-report-left-out', scene: 'home', hash: '/runs/run_1d60000000000000000000' },
  {
    name: 'run-log',
    scene: 'home',
    hash: '/runs/run_0d12000000000000000000',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Show the log' }).click()
      await page
        .getByText(/ended with/)
        .first()
        .scrollIntoViewIfNeeded()
    },
  },
  { name: 'restore-empty', scene: 'empty', hash: '/restore' },
  {
    name: 'restore-browse',
    scene: 'home',
    hash: '/restore',
    steps: async (page) => {
      for (const folder of ['Documents']) {
        await page.getByRole('table').getByRole('button', { name: folder, exact: true }).click()
      }
      await page.getByRole('checkbox', { name: /accounts 2026/ }).check()
      await page.getByRole('checkbox', { name: /Contracts/ }).check()
    },
  },
  {
    name: 'restore-preview',
    scene: 'home',
    hash: '/restore',
    steps: async (page) => {
      await page.getByRole('table').getByRole('button', { name: 'Documents', exact: true }).click()
      await page.getByRole('button', { name: 'Preview notes.txt' }).click()
      const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
      await proof.getByRole('button', { name: /Aegis/ }).click()
      await proof.getByLabel('Code').fill('123456')
      await page.getByText(/Packing list/).waitFor()
    },
  },
  {
    name: 'restore-search',
    scene: 'home',
    hash: '/restore',
    steps: async (page) => {
      await tab('Search')(page)
      await page.getByLabel('File name').fill('accounts')
      await page.getByRole('button', { name: 'Search', exact: true }).click()
      await page.locator('summary').first().click()
    },
  },
  {
    name: 'restore-plan',
    scene: 'home',
    hash: '/restore',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Restore everything…' }).click()
      await page.getByText(/free there/).waitFor()
    },
  },
  {
    name: 'step-up',
    scene: 'home',
    hash: '/restore',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Restore everything…' }).click()
      await page.getByRole('button', { name: 'Restore', exact: true }).click()
      await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor()
    },
  },
  { name: 'activity', scene: 'home', hash: '/activity' },
  { name: 'activity-empty', scene: 'empty', hash: '/activity' },
  { name: 'account-methods', scene: 'home', hash: '/account' },
  {
    name: 'account-add-method',
    scene: 'home',
    hash: '/account',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Add a method' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'account-computers', scene: 'home', hash: '/account', steps: tab('Computers') },
  { name: 'account-sessions', scene: 'home', hash: '/account', steps: tab('Sessions') },
  { name: 'account-kit', scene: 'home', hash: '/account', steps: tab('Recovery kit') },
  { name: 'account-password', scene: 'home', hash: '/account', steps: tab('Password') },
  {
    name: 'settings',
    scene: 'home',
    hash: '/settings',
    steps: async (page) => {
      await page.getByRole('button', { name: 'Check now' }).click()
      await page.getByText('restic 0.18.1').waitFor()
    },
  },
  { name: 'about', scene: 'home', hash: '/about' },
  { name: 'recover', scene: 'empty', hash: '/recover' },
]
