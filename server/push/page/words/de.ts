import type { AuthenticatorWords } from '../page-words.ts'

export const de: AuthenticatorWords = {
  appTitle: 'Holdfast-Authenticator',
  pairTitle: 'Dieses Telefon koppeln?',
  pairText:
    'Ihr Konto fragt dann dieses Telefon, wenn sich jemand anmeldet. Machen Sie nur weiter, wenn Sie den Code eben auf Ihrem eigenen Bildschirm gescannt haben.',
  pair: 'Telefon koppeln',
  notNow: 'Jetzt nicht',
  pairAddress: 'Adresse zum Koppeln',
  pairAddressText:
    'Wenn Sie den Code hier nicht scannen können, fügen Sie die Adresse ein, die Holdfast daneben zeigt.',
  aPhone: 'Telefon',
  requestTitle: 'Sind Sie das?',
  pairingTitle: 'Kopplung bestätigen',
  number: 'Zahl auf dem anderen Bildschirm',
  numberText: 'Tippen Sie die beiden Ziffern ein, die Holdfast dort zeigt.',
  approve: 'Zustimmen',
  idleTitle: 'Nichts wartet',
  idleText:
    'Anfragen erscheinen hier, solange diese Seite offen ist. Legen Sie sie auf den Startbildschirm, damit Sie sie zur Hand haben.',
  unpairedTitle: 'Dieses Telefon ist nicht gekoppelt',
  unpairedText:
    'Fügen Sie in Holdfast Ihren Anmeldewegen ein Telefon hinzu und scannen Sie den Code, den es zeigt.',
  accounts: 'Gekoppelte Konten',
  notify: 'Bei Anfragen benachrichtigen',
  notifyOff: 'Benachrichtigungen ausschalten',
  notifyBlocked:
    'Benachrichtigungen gehen hier nicht: Sie sind für diese Seite gesperrt, oder der Browser hat keine.',
  notifyUnknown:
    'Dieser Server sendet nicht an den Benachrichtigungsdienst Ihres Browsers. Anfragen erscheinen trotzdem hier.',
  unpair: 'Entfernen',
  unpairAsk: '{account} von diesem Telefon entfernen?',
  lastMethod:
    'Dieses Telefon ist der einzige Anmeldeweg dieses Kontos. Fügen Sie zuerst in Holdfast einen weiteren hinzu.',
  removed: 'nicht mehr gekoppelt',
  approvedText: 'Zugestimmt. Gehen Sie zurück zu Holdfast.',
  deniedText: 'Abgelehnt. Wenn Sie das nicht begonnen haben, kennt jemand Ihr Passwort: Ändern Sie es jetzt.',
  wrongNumber: 'Das war eine andere Zahl. Die Anfrage ist beendet; fragen Sie in Holdfast erneut an.',
  noKeys:
    'Dieser Browser kann keinen Schlüssel aufbewahren. Nehmen Sie einen aktuellen Browser und kein privates Fenster.',
  notice: 'Eine Anfrage wartet auf Sie.',
  'purpose.enrol': 'Mit diesem Konto soll ein Telefon gekoppelt werden.',
  'purpose.password-reset': 'Jemand möchte für dieses Konto ein neues Passwort setzen.',
  onlyIfYouPhone:
    'Stimmen Sie nur zu, wenn Sie dies gerade selbst auf dem oben genannten Computer begonnen haben.',
  otherNetwork:
    'Diese Anfrage kommt aus einem anderen Netz als dieses Telefon. Bei mobilen Daten ist das üblich; sonst sehen Sie genau hin.',
}
