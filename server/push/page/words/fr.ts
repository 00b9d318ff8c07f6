import type { AuthenticatorWords } from '../page-words.ts'

export const fr: AuthenticatorWords = {
  appTitle: 'Authentificateur Holdfast',
  pairTitle: 'Associer ce téléphone ?',
  pairText:
    'Votre compte interrogera ce téléphone quand quelqu’un se connecte. Continuez seulement si vous venez de scanner le code sur votre propre écran.',
  pair: 'Associer ce téléphone',
  notNow: 'Pas maintenant',
  pairAddress: 'Adresse d’association',
  pairAddressText: 'Si vous ne pouvez pas scanner le code ici, collez l’adresse que Holdfast affiche à côté.',
  aPhone: 'Téléphone',
  requestTitle: 'Est-ce vous ?',
  pairingTitle: 'Confirmer l’association',
  number: 'Nombre affiché sur l’autre écran',
  numberText: 'Saisissez les deux chiffres que Holdfast y affiche.',
  approve: 'Approuver',
  idleTitle: 'Rien n’attend',
  idleText:
    'Les demandes apparaissent ici tant que cette page est ouverte. Ajoutez-la à votre écran d’accueil pour l’avoir sous la main.',
  unpairedTitle: 'Ce téléphone n’est pas associé',
  unpairedText: 'Dans Holdfast, ajoutez un téléphone à vos méthodes de connexion et scannez le code affiché.',
  accounts: 'Comptes associés',
  notify: 'Me notifier les demandes',
  notifyOff: 'Arrêter les notifications',
  notifyBlocked:
    'Les notifications ne fonctionnent pas ici : elles sont bloquées pour cette page, ou le navigateur n’en a pas.',
  notifyUnknown:
    'Ce serveur n’envoie rien au service de notification de votre navigateur. Les demandes apparaissent tout de même ici.',
  unpair: 'Retirer',
  unpairAsk: 'Retirer {account} de ce téléphone ?',
  lastMethod: 'Ce téléphone est la seule méthode de ce compte. Ajoutez-en d’abord une autre dans Holdfast.',
  removed: 'n’est plus associé',
  approvedText: 'Approuvé. Revenez à Holdfast.',
  deniedText:
    'Refusé. Si vous n’avez rien lancé, quelqu’un connaît votre mot de passe : changez-le maintenant.',
  wrongNumber: 'C’était un autre nombre. La demande est terminée ; recommencez dans Holdfast.',
  noKeys: 'Ce navigateur ne peut pas conserver de clé. Utilisez un navigateur à jour, hors fenêtre privée.',
  notice: 'Une demande vous attend.',
  'purpose.enrol': 'Un téléphone doit être associé à ce compte.',
  'purpose.password-reset': 'Quelqu’un veut définir un nouveau mot de passe pour ce compte.',
  onlyIfYouPhone:
    'Approuvez seulement si vous venez de lancer cela vous-même, sur l’ordinateur nommé ci-dessus.',
  otherNetwork:
    'Cette demande vient d’un autre réseau que ce téléphone. C’est habituel avec les données mobiles ; sinon, regardez-y à deux fois.',
}
