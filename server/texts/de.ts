import type { Catalogue } from './catalogue.ts'

export const de: Catalogue = {
  'passcode.subject': '{{server}}: Bestätigungscode',
  'passcode.text': '{{- code}} ist der Bestätigungscode für Benutzer "{{name}}" {{- purpose}}\n{{server}}',
  'purpose.sign-in': 'zum Anmelden',
  'purpose.password-reset': 'zum Ersetzen des Passworts',
  'purpose.register-address': 'zum Registrieren dieser Adresse',
  'purpose.register-phone': 'zum Registrieren dieses Telefons',
  'purpose.recovery': 'zum Ersetzen aller zweiten Faktoren',
  'purpose.recovery-phone': 'zum Registrieren dieses Rettungstelefons',
  'purpose.email': 'zum Eintragen dieser Mailadresse für das Konto',
  'purpose.restore': 'zum Wiederherstellen von Sicherungen',
  'purpose.shorten-retention': 'zum kürzeren Aufbewahren von Sicherungen',
  'purpose.delete-set': 'zum Löschen eines Sicherungssets',
  'purpose.resume-brake': 'zum Freigeben angehaltener Löschungen',
  'purpose.change-factors': 'zum Ändern der zweiten Faktoren',
  'purpose.change-password': 'zum Ändern des Passworts',
  'purpose.opt-out': 'zum Abschalten des zweiten Faktors',
  'purpose.revoke-device': 'zum Entfernen eines Computers',
  'purpose.change-settings': 'zum Ändern von Einstellungen',
  'purpose.export-key': 'zum Anzeigen des Wiederherstellungsschlüssels',
  'purpose.reset-factors': 'zum Zurücksetzen der zweiten Faktoren eines Benutzers',
  'purpose.add-phone': 'zum Eintragen eines Telefons für einen Benutzer',
  'purpose.suspend-users': 'zum Sperren von Benutzern',
  'purpose.make-system-user': 'zum Anlegen eines Administrators',
  'purpose.change-role': 'zum Ändern der Rolle eines Administrators',
  'purpose.make-token': 'zum Erstellen eines API-Tokens',
  'purpose.change-mode': 'zum Ändern, wie sich alle anmelden',
  'purpose.change-sender': 'zum Ändern, wer Codes verschickt',
  'purpose.remove-sender': 'zum Entfernen eines Versenders von Codes',
  'purpose.approve': 'zum Genehmigen der Anfrage einer anderen Administration',
  'purpose.request-approval': 'zum Anfragen der Zustimmung eines anderen Administrators',
  'purpose.end-all-sessions': 'zum Abmelden aller',
  'purpose.delete-user': 'zum Löschen eines Kontos',
  'purpose.purge-trash': 'zum vorzeitigen Entfernen gelöschter Sicherungen',

  'spoken.again': 'Noch einmal: {{- digits}}.',

  'sender-test.subject': '{{server}}: Test eines Versenders',
  'sender-test.text': '{{- code}} ist der Code für den Test eines Versenders\n{{server}}',

  'notice.subject': '{{server}}: Ihre Anmeldewege',
  'notice.text':
    '{{- sentence}} Wenn Sie das nicht waren, wenden Sie sich an Ihren Administrator.\n{{server}}',
  'notice.added': 'Mit "{{label}}" kann man sich jetzt als "{{name}}" anmelden.',
  'notice.removed': 'Mit "{{label}}" kann man sich nicht mehr als "{{name}}" anmelden.',
  'notice.backup-codes-renewed': 'Für "{{name}}" wurden neue Ersatzcodes gemacht.',
  'notice.backup-code-used': 'Ein Ersatzcode von "{{name}}" wurde benutzt.',
  'notice.recovery-phone-set': '{{label}} ist jetzt das Rettungstelefon von "{{name}}".',
  'notice.recovery-phone-removed': '"{{name}}" hat kein Rettungstelefon mehr.',
  'notice.email-changed': '{{label}} ist jetzt die Mailadresse von "{{name}}".',
  'notice.password-changed': 'Das Passwort von "{{name}}" wurde ersetzt.',
  'notice.passkey-copied':
    'Eine Kopie Ihres Passkeys "{{label}}" wurde für "{{name}}" benutzt und abgelehnt. Registrieren Sie einen neuen und entfernen Sie diesen.',
  'notice.factors-reset':
    'Ein Administrator hat alle zweiten Faktoren und das Passwort von "{{name}}" entfernt.',
  'notice.phone-entered':
    'Ein Administrator hat das Telefon {{label}} für "{{name}}" eingetragen; es zählt nach seinem ersten richtigen Code.',
  'notice.email-entered': 'Ein Administrator hat {{label}} zur Mailadresse von "{{name}}" gemacht.',
  'notice.email-removed': 'Ein Administrator hat die Mailadresse von "{{name}}" entfernt.',
  'notice.one-time-password':
    'Ein Administrator hat das Passwort von "{{name}}" durch ein Einmalpasswort ersetzt.',
  'notice.suspended':
    'Ein Administrator hat "{{name}}" gesperrt: Niemand kann sich anmelden, und nichts wird gesichert.',
  'notice.role-changed': 'Ein Administrator hat "{{name}}" die Rolle {{label}} gegeben.',
  'notice.device-revoked':
    'Ein Administrator lehnt den Computer "{{label}}" von "{{name}}" ab jetzt ab: Er sichert nicht mehr.',
  'notice.set-deleted':
    'Für das Sicherungsset "{{label}}" von "{{name}}" wurde das Löschen verlangt. Es kann in Holdfast zurückgenommen werden, solange die Daten aufbewahrt werden.',
  'notice.retention-shortened':
    'Vom Sicherungsset "{{label}}" von "{{name}}" wird ab jetzt weniger aufbewahrt.',
  'notice.brake-tripped':
    'Ein Computer wollte ungewöhnlich viel vom Sicherungsset "{{label}}" von "{{name}}" löschen. Davon wird nichts mehr gelöscht, bis Sie es in Holdfast freigeben.',
  'notice.brake-resumed': 'Das Löschen im Sicherungsset "{{label}}" von "{{name}}" wurde wieder freigegeben.',
  'notice.subject-of-backups': '{{server}}: Ihre Sicherungen',
  'notice.much-deleted':
    'Ein Computer hat das meiste vom Sicherungsset "{{label}}" von "{{name}}" gelöscht. Es liegt im Papierkorb des Servers; Ihr Administrator kann es zurückholen.',
  'notice.account-closed':
    'Ein Administrator hat das Konto "{{name}}" gelöscht: Niemand kann sich anmelden, nichts wird gesichert, und alle Sicherungen werden nach {{label}} entfernt. Bis dahin kann ein Administrator es rückgängig machen.',
  'notice.account-kept':
    'Das Konto "{{name}}" wird doch nicht gelöscht; es und seine Sicherungen sind wie zuvor.',
  'notice.trash-release-requested':
    'Ein Administrator möchte vorzeitig entfernen, was vom Sicherungsset "{{label}}" von "{{name}}" gelöscht wurde. Bis ein zweiter zustimmt, kann es zurückgeholt werden.',
  'notice.trash-released':
    'Zwei Administratoren haben vorzeitig entfernt, was vom Sicherungsset "{{label}}" von "{{name}}" gelöscht war.',
  'notice.request-denied':
    'Eine Anfrage für "{{name}}" wurde auf dem Telefon "{{label}}" abgelehnt. Jemand anders kennt das Passwort: Ändern Sie es.',
  'notice.switched-off': 'Der zweite Faktor von "{{name}}" wurde abgeschaltet.',
  'notice.reset-requested': 'Ein Administrator möchte alle zweiten Faktoren von "{{name}}" entfernen.',
  'notice.reset-approved':
    'Zwei Administratoren haben zugestimmt, alle zweiten Faktoren von "{{name}}" zu entfernen.',

  'recovery.subject': '{{server}}: Rettung des Kontos',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'Jemand mit dem Passwort und dem Rettungstelefon von "{{name}}" möchte von {{address}} aus alle zweiten Faktoren ersetzen. Das wird ab {{readyAt}} möglich.',
  'recovery.waiting':
    'Die zweiten Faktoren von "{{name}}" können ab {{readyAt}} ersetzt werden, denn von {{address}} aus wurde eine Rettung begonnen.',
  'recovery.ready':
    'Die zweiten Faktoren von "{{name}}" können jetzt und bis {{endsAt}} ersetzt werden, denn von {{address}} aus wurde eine Rettung begonnen.',
  'recovery.finished':
    'Die zweiten Faktoren von "{{name}}" wurden durch eine Rettung ersetzt. Wenn Sie das nicht waren, wenden Sie sich sofort an Ihren Administrator.',
  'recovery.cancelled':
    'Die Rettung von "{{name}}" wurde gestoppt. Die zweiten Faktoren bleiben, wie sie sind.',
  'recovery.stop-on-page': 'Wenn Sie das nicht waren, stoppen Sie es: {{- address}}',
  'recovery.stop-by-command':
    'Wenn Sie das nicht waren, stoppen Sie es: Melden Sie sich an oder führen Sie aus: {{- command}}',

  'password-reset.subject': '{{server}}: ein neues Passwort',
  'password-reset.text':
    '{{- code}} ist der Code für ein neues Passwort von "{{name}}". Er wurde von {{address}} aus angefordert und gilt einmal, eine Stunde lang. Sie brauchen auch Ihren zweiten Faktor.\nWählen Sie bei der Anmeldung „Passwort vergessen“ und tippen Sie ihn dort ein, oder führen Sie aus: {{- command}}\nWenn Sie das nicht waren, hat sich nichts geändert und Sie müssen nichts tun.\n{{server}}',

  'enrol-reminder.subject': '{{server}}: Registrieren Sie einen zweiten Faktor',
  'enrol-reminder.text':
    'Ab {{at}} braucht die Anmeldung als "{{name}}" einen zweiten Faktor, und es ist noch keiner registriert. Melden Sie sich vorher mit Holdfast an und registrieren Sie einen. Niemand wird Sie per Mail nach einem Passwort oder einem Code fragen.\n{{server}}',

  'trial-code.subject': '{{server}}: Ihre kostenlose Testzeit',
  'trial-code.text':
    '{{- code}} ist der Code zum Registrieren dieser Mailadresse. Er wurde von {{address}} aus angefordert und gilt einmal, eine Stunde lang.\nTippen Sie ihn dort ein, wo Sie ihn angefordert haben, oder führen Sie aus: {{- command}}\nWenn Sie das nicht waren, müssen Sie nichts tun: Ohne den Code wird nichts registriert.\n{{server}}',
  'trial-taken.subject': '{{server}}: Sie haben schon ein Konto',
  'trial-taken.text':
    'Jemand wollte von {{address}} aus diese Mailadresse registrieren, die schon zu einem Konto gehört. Es hat sich nichts geändert.\nWenn Sie das waren, melden Sie sich mit Ihrem Konto an; wenn Sie das Passwort nicht mehr wissen, hilft dort „Passwort vergessen“.\n{{server}}',
  'trial-end.subject': '{{server}}: Ihre kostenlose Testzeit endet',
  'trial-end.text':
    'Die Testzeit von "{{name}}" endet am {{at}}. Von da an wird nichts mehr gesichert, und nichts kann wiederhergestellt werden; was gespeichert ist, bleibt, bis Ihr Administrator es löscht. Damit es weitergeht, bitten Sie ihn, das Konto zu behalten. Niemand wird Sie per Mail nach einem Passwort oder einem Code fragen.\n{{server}}',

  'alerts.subject_one': '{{server}}: eine Warnung',
  'alerts.subject_other': '{{server}}: {{count}} Warnungen',
  'alerts.more': 'Alle Warnungen zeigt: {{- command}}',
  'alert.message-budget-near':
    'Vier Fünftel der Nachrichten, die der Server an einem Tag senden darf, sind verbraucht ({{about}}: {{limit, number}} am Tag).',
  'alert.message-budget-reached':
    'Der Server sendet heute keine Nachrichten mehr ({{about}}: {{limit, number}} am Tag). Sehen Sie nach, wer sie verursacht, bevor Sie limits.sendsPerServerPerDay erhöhen.',
  'alert.country-budget-near':
    'Vier Fünftel der Nachrichten, die ein Land an einem Tag bekommen darf, sind verbraucht (Landesvorwahl {{about}}: {{limit, number}} am Tag).',
  'alert.country-budget-reached':
    'Ein Land bekommt heute keine Nachrichten mehr (Landesvorwahl {{about}}: {{limit, number}} am Tag). Wenn Sie dort keine Benutzer haben, lassen Sie es aus allowedCountries weg.',
  'alert.number-block-paused':
    'Jemand hat begonnen, {{numbers, number}} Nummern zu registrieren, die mit {{block}} beginnen, und {{proven, number}} davon bestätigt. {{hours, number}} Stunden lang kann keine mehr registriert werden: Das sieht nach Betrug mit Nachrichten aus.',
  'alert.senders-changed':
    '{{by}} hat geändert, wie Codes verschickt werden: {{action}} "{{name}}". Wenn das niemand von Ihnen war, verwaltet jemand anders Ihren Server.',
  'alert.sender-refused':
    'Der Anbieter {{provider}} lehnt Nachrichten über {{channel}} ab: Prüfen Sie Zugangsdaten, Guthaben und Absender.',
  'alert.legacy-sign-in':
    '{{name}} hat sich mit einem alten Client ohne zweiten Faktor angemeldet, um zu sichern. Das ist bis {{until}} oder bis zur ersten Sicherung erlaubt; "{{- command}}" beendet es jetzt.',
  'alert.trials-used-up':
    'Heute können keine Testkonten mehr registriert werden: Eine Grenze von {{limit, number}} am Tag ist verbraucht (Konten, oder Anfragen nach Codes). Sehen Sie nach, wer das verursacht, bevor Sie trial.perDay erhöhen; trial.isOffered=false beendet das Registrieren sofort.',
  'alert.passkey-copied':
    'Den Passkey "{{label}}" von {{name}} gibt es zweimal; der, der von {{address}} aus benutzt wurde, wurde abgelehnt. Wem er gehört, kann niemand sagen: Fragen Sie nach, und lassen Sie einen neuen registrieren und diesen entfernen.',
  'alert.brake-tripped':
    'Ein Computer von {{name}} wollte ungewöhnlich viel vom Sicherungsset "{{set}}" löschen. Davon wird nichts mehr gelöscht oder endgültig entfernt, bis jemand es freigibt; Gelöschtes liegt im Papierkorb. Fragen Sie nach, ob die Aufbewahrung verkürzt wurde. Wenn nicht, entfernen Sie den Computer und machen Sie es rückgängig: "{{- command}}".',
  'alert.approval-requested':
    '{{by}} bittet einen zweiten Administrator um Zustimmung: {{- what}}. Ein anderer stimmt bis {{until}} zu oder lehnt ab: "{{- command}}". Wenn niemand von Ihnen darum gebeten hat, lehnen Sie ab: Jemand anders verwaltet Ihren Server.',
  'approval.reset-factors': 'die zweiten Faktoren von "{{about}}" zurücksetzen',
  'approval.loosen-policy':
    'in der Gruppe "{{about}}" einen Administrator allein tun lassen, wozu es zwei braucht',
  'approval.move-user': '"{{about}}" in eine Gruppe verschieben, in der ein Administrator genügt',
  'approval.switch-to-mobile': 'mit dem Wechsel in den Modus mobile alle Telefone löschen',
  'alert.two-administrators-off':
    '{{by}} hat in der Gruppe "{{group}}" abgeschaltet, wozu es zwei Administratoren braucht: {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} {{hours, number}} Stunden lang zählt dieses Konto nicht als zweite Person für eine Zustimmung. Wenn niemand von Ihnen das wollte, sperren Sie es: "{{- command}}".',
  'administrator-changed.created': '{{by}} hat das Administratorkonto "{{name}}" angelegt.',
  'administrator-changed.role': '{{by}} hat die Rolle des Administrators "{{name}}" geändert.',
  'administrator-changed.factors':
    '{{by}} hat die zweiten Faktoren des Administrators "{{name}}" zurückgesetzt.',
  'administrator-changed.phone': '{{by}} hat für den Administrator "{{name}}" ein Telefon eingetragen.',
  'administrator-changed.reopened': '{{by}} hat das Konto des Administrators "{{name}}" wieder geöffnet.',
  'administrator-changed.password': '{{by}} hat das Passwort des Administrators "{{name}}" ersetzt.',
  'approval.delete-user': 'das Konto "{{about}}" mit allen Sicherungen löschen',
  'approval.purge-trash':
    'gelöschte Sicherungen von "{{about}}" vor dem Ende der Aufbewahrungssperre entfernen',
  'alert.all-sessions-ended':
    '{{by}} hat alle abgemeldet und das Vertrauen in alle Computer beendet. Geplante Sicherungen laufen weiter.',
  'alert.account-closed':
    '{{by}} hat das Konto "{{name}}" gelöscht: Es ist geschlossen und wird nach {{until}} mit allen Sicherungen entfernt. Bis dahin bringt "{{- command}}" alles zurück.',
  'alert.request-denied':
    '{{name}} hat auf dem Telefon eine fremde Anfrage abgelehnt. Sie kam von {{address}}: Wer dort ist, kennt das Passwort.',
}
