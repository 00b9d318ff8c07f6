/**
 * Everything that the server sends to people, in English. `{{name}}` is a value in isolation (`textsIn`); `{{- name}}`
 * is put in as it is: a code, an address to open, or a part from this same file. Keys with an end such as `_one` are
 * forms of a counted text (CLDR).
 */
export const en = {
  'passcode.subject': '{{server}}: verification code',
  'passcode.text': '{{- code}} is the verification code for user "{{name}}" {{- purpose}}\n{{server}}',
  'purpose.sign-in': 'login',
  'purpose.password-reset': 'to replace the password',
  'purpose.register-address': 'to register this address',
  'purpose.register-phone': 'to register this phone',
  'purpose.recovery': 'to replace all second factors',
  'purpose.recovery-phone': 'to register this recovery phone',
  'purpose.email': 'to make this the mail address of the account',
  'purpose.restore': 'to restore backups',
  'purpose.shorten-retention': 'to shorten retention',
  'purpose.delete-set': 'to delete a backup set',
  'purpose.resume-brake': 'to resume deletions',
  'purpose.change-factors': 'to change second factors',
  'purpose.change-password': 'to change the password',
  'purpose.opt-out': 'to switch the second factor off',
  'purpose.revoke-device': 'to revoke a computer',
  'purpose.change-settings': 'to change settings',
  'purpose.export-key': 'to show the recovery key',
  'purpose.reset-factors': 'to reset the second factors of a user',
  'purpose.add-phone': 'to enter a phone for a user',
  'purpose.suspend-users': 'to suspend users',
  'purpose.make-system-user': 'to make an administrator',
  'purpose.change-role': 'to change the role of an administrator',
  'purpose.make-token': 'to make an API token',
  'purpose.change-mode': 'to change how everybody signs in',
  'purpose.change-sender': 'to change who sends passcodes',
  'purpose.remove-sender': 'to remove a sender of passcodes',
  'purpose.approve': 'to approve what another administrator asked for',
  'purpose.end-all-sessions': 'to sign everybody out',
  'purpose.delete-user': 'to delete an account',
  'purpose.purge-trash': 'to erase deleted backups early',
  'purpose.request-approval': 'to ask another administrator for an approval',

  /** A voice says it after the whole message. */
  'spoken.again': 'Once more: {{- digits}}.',

  'sender-test.subject': '{{server}}: test of a sender',
  'sender-test.text': '{{- code}} is the code for the test of a sender\n{{server}}',

  'notice.subject': '{{server}}: your ways to sign in',
  'notice.subject-of-backups': '{{server}}: your backups',
  'notice.text': '{{- sentence}} If this was not you, contact your administrator.\n{{server}}',
  'notice.added': '"{{label}}" can now be used to sign in as "{{name}}".',
  'notice.removed': '"{{label}}" can no longer be used to sign in as "{{name}}".',
  'notice.backup-codes-renewed': 'New backup codes were made for "{{name}}".',
  'notice.backup-code-used': 'A backup code of "{{name}}" was used.',
  'notice.recovery-phone-set': '{{label}} is now the recovery phone of "{{name}}".',
  'notice.recovery-phone-removed': '"{{name}}" has no recovery phone any more.',
  'notice.email-changed': '{{label}} is now the mail address of "{{name}}".',
  'notice.password-changed': 'The password of "{{name}}" was replaced.',
  'notice.passkey-copied':
    'A copy of your passkey "{{label}}" was used for "{{name}}" and refused. Register a new one and remove this one.',
  'notice.request-denied':
    'A request for "{{name}}" was denied on the phone "{{label}}". Somebody else knows the password: change it.',
  'notice.factors-reset': 'An administrator removed all second factors and the password of "{{name}}".',
  'notice.phone-entered':
    'An administrator entered the telephone {{label}} for "{{name}}"; it counts after its first right passcode.',
  'notice.email-entered': 'An administrator made {{label}} the mail address of "{{name}}".',
  'notice.email-removed': 'An administrator removed the mail address of "{{name}}".',
  'notice.one-time-password': 'An administrator replaced the password of "{{name}}" by a one-time password.',
  'notice.suspended': 'An administrator suspended "{{name}}": nobody can sign in, and nothing is backed up.',
  'notice.role-changed': 'An administrator gave "{{name}}" the role {{label}}.',
  'notice.device-revoked':
    'An administrator refuses the computer "{{label}}" of "{{name}}" from now on: it backs up no more.',
  'notice.set-deleted':
    'The deletion of the backup set "{{label}}" of "{{name}}" was asked for. It can be taken back in Holdfast while its data are kept.',
  'notice.retention-shortened': 'Less is kept of the backup set "{{label}}" of "{{name}}" from now on.',
  'notice.brake-tripped':
    'A computer asked to delete unusually much of the backup set "{{label}}" of "{{name}}". Nothing more of it is deleted until you resume it in Holdfast.',
  'notice.much-deleted':
    'A computer deleted most of what the backup set "{{label}}" of "{{name}}" had. It is in the server’s trash, from which your administrator can bring it back.',
  'notice.brake-resumed': 'Deletions of the backup set "{{label}}" of "{{name}}" were resumed.',
  'notice.account-closed':
    'An administrator deleted the account "{{name}}": nobody can sign in, nothing is backed up, and all its backups are erased after {{label}}. Until then an administrator can undo it.',
  'notice.account-kept': 'The account "{{name}}" is not deleted after all; it and its backups are as before.',
  'notice.trash-release-requested':
    'An administrator asked to erase early what was deleted of the backup set "{{label}}" of "{{name}}". Until a second one agrees, it can be brought back.',
  'notice.trash-released':
    'Two administrators erased early what was deleted of the backup set "{{label}}" of "{{name}}".',
  'notice.switched-off': 'The second factor of "{{name}}" was switched off.',
  'notice.reset-requested': 'An administrator asked to remove all second factors of "{{name}}".',
  'notice.reset-approved': 'Two administrators agreed to remove all second factors of "{{name}}".',

  'recovery.subject': '{{server}}: account recovery',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'Somebody with the password and the recovery phone of "{{name}}" asked from {{address}} to replace all second factors. This will be possible from {{readyAt}} on.',
  'recovery.waiting':
    'The second factors of "{{name}}" can be replaced from {{readyAt}} on, because a recovery was begun from {{address}}.',
  'recovery.ready':
    'The second factors of "{{name}}" can be replaced now, until {{endsAt}}, because a recovery was begun from {{address}}.',
  'recovery.finished':
    'The second factors of "{{name}}" were replaced by a recovery. If this was not you, contact your administrator now.',
  'recovery.cancelled': 'The recovery of "{{name}}" was stopped. Its second factors stay as they are.',
  'recovery.stop-on-page': 'If this was not you, stop it: {{- address}}',
  'recovery.stop-by-command': 'If this was not you, stop it: sign in, or run: {{- command}}',

  'password-reset.subject': '{{server}}: a new password',
  'password-reset.text':
    '{{- code}} is the code for a new password of "{{name}}". It was asked for from {{address}} and works once, for an hour. You will also need your second factor.\nChoose "Forgotten password" where you sign in and type it there, or run: {{- command}}\nIf this was not you, nothing has changed and you need not do anything.\n{{server}}',

  'enrol-reminder.subject': '{{server}}: register a second factor',
  'enrol-reminder.text':
    'From {{at}} on, signing in as "{{name}}" needs a second factor, and none is registered yet. Sign in with Holdfast before then and register one. Nobody will ask you for a password or a code by mail.\n{{server}}',

  'trial-code.subject': '{{server}}: your free trial',
  'trial-code.text':
    '{{- code}} is the code for registering this mail address. It was asked for from {{address}} and works once, for an hour.\nType it where you asked for it, or run: {{- command}}\nIf this was not you, you need not do anything: without the code nothing is registered.\n{{server}}',
  'trial-taken.subject': '{{server}}: you have an account already',
  'trial-taken.text':
    'Somebody asked from {{address}} to register this mail address, which belongs to an account already. Nothing has changed.\nIf this was you, sign in with the account that you have; "Forgotten password" there helps where you do not know the password any more.\n{{server}}',
  'trial-end.subject': '{{server}}: your free trial ends',
  'trial-end.text':
    'The trial of "{{name}}" ends at {{at}}. From then on nothing is backed up and nothing can be restored; what is stored stays until your administrator deletes it. To go on, ask them to keep the account. Nobody will ask you for a password or a code by mail.\n{{server}}',

  'alerts.subject_one': '{{server}}: an alert',
  'alerts.subject_other': '{{server}}: {{count}} alerts',
  'alerts.more': 'To see all alerts: {{- command}}',
  'alert.message-budget-near':
    'Four fifths of the messages that the server may send in a day are used up ({{about}}: {{limit, number}} a day).',
  'alert.message-budget-reached':
    'The server sends no more messages today ({{about}}: {{limit, number}} a day). Look at who causes them before you raise limits.sendsPerServerPerDay.',
  'alert.country-budget-near':
    'Four fifths of the messages that one country may get in a day are used up (calling code {{about}}: {{limit, number}} a day).',
  'alert.country-budget-reached':
    'One country gets no more messages today (calling code {{about}}: {{limit, number}} a day). If you have no users there, leave it out of allowedCountries.',
  'alert.number-block-paused':
    'Somebody began to register {{numbers, number}} numbers that begin with {{block}}, and proved {{proven, number}} of them. None can be registered for {{hours, number}} h: this looks like fraud by messages.',
  'alert.senders-changed':
    '{{by}} changed how passcodes are sent: {{action}} "{{name}}". If nobody of you did this, somebody else administers your server.',
  'alert.sender-refused':
    'The provider {{provider}} refuses messages by {{channel}}: look at its credentials, its balance and its sender.',
  'alert.legacy-sign-in':
    '{{name}} signed in as a legacy client, without a second factor, to back up. This is allowed until {{until}} or the first backup; "{{- command}}" ends it now.',
  'alert.trials-used-up':
    'No more accounts on trial can be registered today: a limit of {{limit, number}} a day is used up (accounts made, or codes asked for). Look at who causes this before you raise trial.perDay; trial.isOffered=false stops registering at once.',
  'alert.request-denied':
    '{{name}} denied a request on their phone as not theirs. It came from {{address}}: whoever is there knows the password.',
  'alert.passkey-copied':
    'There are two of the passkey "{{label}}" of {{name}}; the one that was used from {{address}} was refused. Whose it is nobody can tell: ask them, and let them register a new one and remove this one.',

  'alert.approval-requested':
    '{{by}} asks a second administrator to {{- what}}. Another one approves or refuses it until {{until}}: "{{- command}}". If none of you asked for it, refuse it: somebody else administers your server.',
  'approval.reset-factors': 'reset the second factors of "{{about}}"',
  'approval.delete-user': 'delete the account "{{about}}" and all its backups',
  'approval.purge-trash': 'erase deleted backups of "{{about}}" before their retention lock ends',
  'approval.loosen-policy': 'let one administrator alone do what takes two in the group "{{about}}"',
  'approval.move-user': 'move "{{about}}" to a group where one administrator is enough',
  'approval.switch-to-mobile': 'erase all telephones by switching to mobile mode',
  'alert.all-sessions-ended':
    '{{by}} signed everybody out and ended the trust in all computers. Scheduled backups go on.',
  'alert.account-closed':
    '{{by}} deleted the account "{{name}}": it is closed, and erased with all its backups after {{until}}. Until then "{{- command}}" gives everything back.',
  'alert.two-administrators-off':
    '{{by}} switched off what takes two administrators in the group "{{group}}": {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} For {{hours, number}} hours this account is no second person for an approval. If none of you meant this, suspend it: "{{- command}}".',
  'administrator-changed.created': '{{by}} made the account "{{name}}", who administers.',
  'administrator-changed.role': '{{by}} changed the role of "{{name}}", who administers.',
  'administrator-changed.factors': '{{by}} reset the second factors of "{{name}}", who administers.',
  'administrator-changed.phone': '{{by}} entered a telephone for "{{name}}", who administers.',
  'administrator-changed.reopened': '{{by}} opened again the account of "{{name}}", who administers.',
  'administrator-changed.password': '{{by}} replaced the password of "{{name}}", who administers.',
  'alert.brake-tripped':
    'A computer of {{name}} asked to delete unusually much of the set "{{set}}". Nothing more of it is deleted or purged until somebody resumes it; what was deleted is in the trash. Ask whether they shortened its retention. If not, revoke the computer and undo: "{{- command}}".',
} as const
