import type { Catalogue } from './catalogue.ts'

/** What goes to phones has straight apostrophes: others would make a text message cost twice as much. */
export const fr: Catalogue = {
  'passcode.subject': '{{server}} : code de vérification',
  'passcode.text':
    '{{- code}} est le code de vérification de l\'utilisateur "{{name}}" {{- purpose}}\n{{server}}',
  'purpose.sign-in': 'pour se connecter',
  'purpose.password-reset': 'pour remplacer le mot de passe',
  'purpose.register-address': 'pour enregistrer cette adresse',
  'purpose.register-phone': 'pour enregistrer ce téléphone',
  'purpose.recovery': 'pour remplacer tous les seconds facteurs',
  'purpose.recovery-phone': 'pour enregistrer ce téléphone de secours',
  'purpose.email': "pour faire de cette adresse l'e-mail du compte",
  'purpose.restore': 'pour restaurer des sauvegardes',
  'purpose.shorten-retention': 'pour garder les sauvegardes moins longtemps',
  'purpose.delete-set': 'pour supprimer un jeu de sauvegarde',
  'purpose.resume-brake': 'pour reprendre les suppressions',
  'purpose.change-factors': 'pour modifier les seconds facteurs',
  'purpose.change-password': 'pour changer le mot de passe',
  'purpose.opt-out': 'pour désactiver le second facteur',
  'purpose.revoke-device': 'pour retirer un ordinateur',
  'purpose.change-settings': 'pour modifier des réglages',
  'purpose.export-key': 'pour afficher la clé de récupération',
  'purpose.reset-factors': "pour réinitialiser les seconds facteurs d'un utilisateur",
  'purpose.add-phone': 'pour saisir un téléphone pour un utilisateur',
  'purpose.suspend-users': 'pour suspendre des utilisateurs',
  'purpose.make-system-user': 'pour créer un administrateur',
  'purpose.change-role': "pour changer les droits d'un administrateur",
  'purpose.make-token': "pour créer un jeton d'API",
  'purpose.change-mode': 'pour changer la manière dont tous se connectent',
  'purpose.change-sender': 'pour changer qui envoie les codes',
  'purpose.remove-sender': 'pour retirer un expéditeur de codes',
  'purpose.approve': "pour approuver la demande d'un autre administrateur",
  'purpose.request-approval': "pour demander l'accord d'un autre administrateur",
  'purpose.end-all-sessions': 'pour déconnecter tout le monde',
  'purpose.delete-user': 'pour supprimer un compte',
  'purpose.purge-trash': 'pour effacer avant terme des sauvegardes supprimées',

  'spoken.again': 'Encore une fois : {{- digits}}.',

  'sender-test.subject': '{{server}} : test d’un expéditeur',
  'sender-test.text': "{{- code}} est le code du test d'un expéditeur\n{{server}}",

  'notice.subject': '{{server}} : vos moyens de connexion',
  'notice.text': "{{- sentence}} Si ce n'est pas vous, contactez votre administrateur.\n{{server}}",
  'notice.added': '"{{label}}" peut maintenant servir à se connecter avec "{{name}}".',
  'notice.removed': '"{{label}}" ne peut plus servir à se connecter avec "{{name}}".',
  'notice.backup-codes-renewed': 'De nouveaux codes de secours ont été créés pour "{{name}}".',
  'notice.backup-code-used': 'Un code de secours de "{{name}}" a été utilisé.',
  'notice.recovery-phone-set': '{{label}} est maintenant le téléphone de secours de "{{name}}".',
  'notice.recovery-phone-removed': '"{{name}}" n\'a plus de téléphone de secours.',
  'notice.email-changed': '{{label}} est maintenant l\'adresse e-mail de "{{name}}".',
  'notice.password-changed': 'Le mot de passe de "{{name}}" a été remplacé.',
  'notice.passkey-copied':
    'Une copie de votre clé d’accès "{{label}}" a servi pour "{{name}}" et a été refusée. Enregistrez-en une nouvelle et retirez celle-ci.',
  'notice.factors-reset':
    'Un administrateur a retiré tous les seconds facteurs et le mot de passe de "{{name}}".',
  'notice.phone-entered':
    'Un administrateur a saisi le téléphone {{label}} pour "{{name}}" ; il comptera après son premier code correct.',
  'notice.email-entered': 'Un administrateur a fait de {{label}} l\'adresse e-mail de "{{name}}".',
  'notice.email-removed': 'Un administrateur a retiré l\'adresse e-mail de "{{name}}".',
  'notice.one-time-password':
    'Un administrateur a remplacé le mot de passe de "{{name}}" par un mot de passe à usage unique.',
  'notice.suspended':
    'Un administrateur a suspendu "{{name}}" : personne ne peut se connecter et rien n\'est sauvegardé.',
  'notice.role-changed': 'Un administrateur a donné à "{{name}}" le rôle {{label}}.',
  'notice.device-revoked':
    'Un administrateur refuse désormais l\'ordinateur "{{label}}" de "{{name}}" : il ne sauvegarde plus.',
  'notice.set-deleted':
    'La suppression du jeu de sauvegarde "{{label}}" de "{{name}}" a été demandée. Elle peut être annulée dans Holdfast tant que ses données sont gardées.',
  'notice.retention-shortened':
    'Le jeu de sauvegarde "{{label}}" de "{{name}}" est désormais gardé moins longtemps.',
  'notice.brake-tripped':
    'Un ordinateur a demandé à supprimer une part inhabituelle du jeu de sauvegarde "{{label}}" de "{{name}}". Rien de plus n\'en sera supprimé avant que vous ne repreniez les suppressions dans Holdfast.',
  'notice.brake-resumed': 'Les suppressions dans le jeu de sauvegarde "{{label}}" de "{{name}}" ont repris.',
  'notice.subject-of-backups': '{{server}} : vos sauvegardes',
  'notice.much-deleted':
    'Un ordinateur a supprimé la plus grande partie du jeu de sauvegarde "{{label}}" de "{{name}}". Elle est dans la corbeille du serveur, d\'où votre administrateur peut la ramener.',
  'notice.account-closed':
    'Un administrateur a supprimé le compte "{{name}}" : personne ne peut se connecter, rien n\'est sauvegardé, et toutes ses sauvegardes seront effacées après le {{label}}. Un administrateur peut annuler jusque-là.',
  'notice.account-kept':
    'Le compte "{{name}}" n\'est finalement pas supprimé ; lui et ses sauvegardes sont comme avant.',
  'notice.trash-release-requested':
    'Un administrateur a demandé à effacer avant terme ce qui a été supprimé du jeu de sauvegarde "{{label}}" de "{{name}}". Tant qu\'un second n\'a pas accepté, cela peut revenir.',
  'notice.trash-released':
    'Deux administrateurs ont effacé avant terme ce qui avait été supprimé du jeu de sauvegarde "{{label}}" de "{{name}}".',
  'notice.request-denied':
    'Une demande pour "{{name}}" a été refusée sur le téléphone "{{label}}". Quelqu\'un d\'autre a le mot de passe : changez-le.',
  'notice.switched-off': 'Le second facteur de "{{name}}" a été désactivé.',
  'notice.reset-requested': 'Un administrateur a demandé à retirer tous les seconds facteurs de "{{name}}".',
  'notice.reset-approved':
    'Deux administrateurs ont accepté de retirer tous les seconds facteurs de "{{name}}".',

  'recovery.subject': '{{server}} : récupération du compte',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'Quelqu\'un qui a le mot de passe et le téléphone de secours de "{{name}}" a demandé depuis {{address}} à remplacer tous les seconds facteurs. Ce sera possible à partir du {{readyAt}}.',
  'recovery.waiting':
    'Les seconds facteurs de "{{name}}" pourront changer à partir du {{readyAt}}, car une récupération a commencé depuis {{address}}.',
  'recovery.ready':
    'Les seconds facteurs de "{{name}}" peuvent changer maintenant, jusqu\'au {{endsAt}}, car une récupération a commencé depuis {{address}}.',
  'recovery.finished':
    'Les seconds facteurs de "{{name}}" ont été remplacés par une récupération. Si ce n\'est pas vous, contactez tout de suite votre administrateur.',
  'recovery.cancelled': 'La récupération de "{{name}}" est annulée. Ses seconds facteurs restent inchangés.',
  'recovery.stop-on-page': "Si ce n'est pas vous, stoppez-la : {{- address}}",
  'recovery.stop-by-command':
    "Si ce n'est pas vous, stoppez-la : connectez-vous, ou exécutez : {{- command}}",

  'password-reset.subject': '{{server}} : un nouveau mot de passe',
  'password-reset.text':
    '{{- code}} est le code pour un nouveau mot de passe de "{{name}}". Il a été demandé depuis {{address}} et sert une seule fois, pendant une heure. Il vous faudra aussi votre second facteur.\nChoisissez « Mot de passe oublié » là où vous vous connectez et saisissez-le, ou exécutez : {{- command}}\nSi ce n’est pas vous, rien n’a changé et vous n’avez rien à faire.\n{{server}}',

  'enrol-reminder.subject': '{{server}} : enregistrez un second facteur',
  'enrol-reminder.text':
    'À partir du {{at}}, il faudra un second facteur pour se connecter avec "{{name}}", et aucun n’est encore enregistré. Connectez-vous avec Holdfast avant cette date et enregistrez-en un. Personne ne vous demandera un mot de passe ou un code par e-mail.\n{{server}}',

  'trial-code.subject': '{{server}} : votre essai gratuit',
  'trial-code.text':
    '{{- code}} est le code pour enregistrer cette adresse e-mail. Il a été demandé depuis {{address}} et sert une seule fois, pendant une heure.\nSaisissez-le là où vous l’avez demandé, ou exécutez : {{- command}}\nSi ce n’est pas vous, vous n’avez rien à faire : sans le code, rien n’est enregistré.\n{{server}}',
  'trial-taken.subject': '{{server}} : vous avez déjà un compte',
  'trial-taken.text':
    'Quelqu’un a demandé depuis {{address}} à enregistrer cette adresse e-mail, qui appartient déjà à un compte. Rien n’a changé.\nSi c’est vous, connectez-vous avec le compte que vous avez ; « Mot de passe oublié » y aide si vous ne connaissez plus le mot de passe.\n{{server}}',
  'trial-end.subject': '{{server}} : votre essai gratuit se termine',
  'trial-end.text':
    'L’essai de "{{name}}" se termine le {{at}}. Ensuite, rien n’est plus sauvegardé et rien ne peut être restauré ; ce qui est stocké reste jusqu’à ce que votre administrateur le supprime. Pour continuer, demandez-lui de garder le compte. Personne ne vous demandera un mot de passe ou un code par e-mail.\n{{server}}',

  'alerts.subject_one': '{{server}} : une alerte',
  'alerts.subject_many': '{{server}} : {{count}} alertes',
  'alerts.subject_other': '{{server}} : {{count}} alertes',
  'alerts.more': 'Pour voir toutes les alertes : {{- command}}',
  'alert.message-budget-near':
    'Les quatre cinquièmes des messages que le serveur peut envoyer en un jour sont consommés ({{about}} : {{limit, number}} par jour).',
  'alert.message-budget-reached':
    'Le serveur n’envoie plus de messages aujourd’hui ({{about}} : {{limit, number}} par jour). Regardez qui les provoque avant d’augmenter limits.sendsPerServerPerDay.',
  'alert.country-budget-near':
    'Les quatre cinquièmes des messages qu’un pays peut recevoir en un jour sont consommés (indicatif {{about}} : {{limit, number}} par jour).',
  'alert.country-budget-reached':
    'Un pays ne reçoit plus de messages aujourd’hui (indicatif {{about}} : {{limit, number}} par jour). Si vous n’y avez pas d’utilisateurs, retirez-le de allowedCountries.',
  'alert.number-block-paused':
    'Quelqu’un a commencé à enregistrer {{numbers, number}} numéros qui commencent par {{block}} et en a confirmé {{proven, number}}. Aucun ne peut être enregistré pendant {{hours, number}} h : cela ressemble à une fraude par messages.',
  'alert.senders-changed':
    '{{by}} a changé la façon dont les codes sont envoyés : {{action}} "{{name}}". Si ce n’est aucun d’entre vous, quelqu’un d’autre administre votre serveur.',
  'alert.sender-refused':
    'Le fournisseur {{provider}} refuse les messages par {{channel}} : vérifiez ses identifiants, son solde et son expéditeur.',
  'alert.legacy-sign-in':
    '{{name}} s’est connecté avec un ancien client, sans second facteur, pour sauvegarder. C’est permis jusqu’au {{until}} ou jusqu’à la première sauvegarde ; "{{- command}}" y met fin maintenant.',
  'alert.trials-used-up':
    'Plus aucun compte d’essai ne peut être enregistré aujourd’hui : une limite de {{limit, number}} par jour est atteinte (comptes, ou demandes de codes). Regardez qui la provoque avant d’augmenter trial.perDay ; trial.isOffered=false arrête aussitôt les inscriptions.',
  'alert.passkey-copied':
    'La clé d’accès "{{label}}" de {{name}} existe en double ; celle qui a servi depuis {{address}} a été refusée. Nul ne peut dire à qui elle est : demandez-lui, et faites-lui en enregistrer une nouvelle et retirer celle-ci.',
  'alert.brake-tripped':
    'Un ordinateur de {{name}} a demandé à supprimer une part inhabituelle du jeu de sauvegarde "{{set}}". Rien de plus n’en sera supprimé ni purgé avant que quelqu’un ne reprenne ; ce qui a été supprimé est dans la corbeille. Demandez si la conservation a été réduite. Sinon, retirez l’ordinateur et annulez : "{{- command}}".',
  'alert.approval-requested':
    '{{by}} demande l’accord d’un second administrateur : {{- what}}. Un autre approuve ou refuse avant le {{until}} : "{{- command}}". Si aucun d’entre vous ne l’a demandé, refusez : quelqu’un d’autre administre votre serveur.',
  'approval.reset-factors': 'réinitialiser les seconds facteurs de "{{about}}"',
  'approval.loosen-policy':
    'laisser un seul administrateur faire ce qui en demande deux dans le groupe "{{about}}"',
  'approval.move-user': 'déplacer "{{about}}" vers un groupe où un seul administrateur suffit',
  'approval.switch-to-mobile': 'effacer tous les téléphones en passant au mode mobile',
  'alert.two-administrators-off':
    '{{by}} a désactivé ce qui demande deux administrateurs dans le groupe "{{group}}" : {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} Pendant {{hours, number}} heures, ce compte ne compte pas comme seconde personne pour un accord. Si aucun d’entre vous ne l’a voulu, suspendez-le : "{{- command}}".',
  'administrator-changed.created': '{{by}} a créé le compte d’administrateur "{{name}}".',
  'administrator-changed.role': '{{by}} a changé le rôle de l’administrateur "{{name}}".',
  'administrator-changed.factors':
    '{{by}} a réinitialisé les seconds facteurs de l’administrateur "{{name}}".',
  'administrator-changed.phone': '{{by}} a saisi un téléphone pour l’administrateur "{{name}}".',
  'administrator-changed.reopened': '{{by}} a rouvert le compte de l’administrateur "{{name}}".',
  'administrator-changed.password': '{{by}} a remplacé le mot de passe de l’administrateur "{{name}}".',
  'approval.delete-user': 'supprimer le compte "{{about}}" et toutes ses sauvegardes',
  'approval.purge-trash':
    'effacer des sauvegardes supprimées de "{{about}}" avant la fin de leur verrou de conservation',
  'alert.all-sessions-ended':
    '{{by}} a déconnecté tout le monde et mis fin à la confiance envers tous les ordinateurs. Les sauvegardes planifiées continuent.',
  'alert.account-closed':
    '{{by}} a supprimé le compte "{{name}}" : il est fermé et sera effacé avec toutes ses sauvegardes après le {{until}}. Jusque-là, "{{- command}}" ramène tout.',
  'alert.request-denied':
    '{{name}} a refusé sur son téléphone une demande qui n’était pas la sienne. Elle venait de {{address}} : qui s’y trouve connaît le mot de passe.',
}
