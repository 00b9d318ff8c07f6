import type { Catalogue } from './catalogue.ts'

export const es: Catalogue = {
  'passcode.subject': '{{server}}: código de verificación',
  'passcode.text': '{{- code}} es el código de "{{name}}" {{- purpose}}\n{{server}}',
  'purpose.sign-in': 'para iniciar sesión',
  'purpose.password-reset': 'para sustituir la contraseña',
  'purpose.register-address': 'para registrar esta dirección',
  'purpose.register-phone': 'para registrar este teléfono',
  'purpose.recovery': 'para sustituir todos los segundos factores',
  'purpose.recovery-phone': 'para registrar este teléfono de recuperación',
  'purpose.email': 'para que este sea el correo de la cuenta',
  'purpose.restore': 'para restaurar copias de seguridad',
  'purpose.shorten-retention': 'para conservar las copias menos tiempo',
  'purpose.delete-set': 'para borrar un conjunto de copia',
  'purpose.resume-brake': 'para reanudar los borrados',
  'purpose.change-factors': 'para cambiar los segundos factores',
  'purpose.change-password': 'para cambiar la contraseña',
  'purpose.opt-out': 'para desactivar el segundo factor',
  'purpose.revoke-device': 'para quitar un equipo',
  'purpose.change-settings': 'para cambiar ajustes',
  'purpose.export-key': 'para mostrar la clave de recuperación',
  'purpose.reset-factors': 'para restablecer los segundos factores de un usuario',
  'purpose.add-phone': 'para introducir un teléfono de un usuario',
  'purpose.suspend-users': 'para suspender usuarios',
  'purpose.make-system-user': 'para crear un administrador',
  'purpose.change-role': 'para cambiar el rol de un administrador',
  'purpose.make-token': 'para crear un token de API',
  'purpose.change-mode': 'para cambiar cómo inician sesión todos',
  'purpose.change-sender': 'para cambiar quién envía los códigos',
  'purpose.remove-sender': 'para quitar un remitente de códigos',
  'purpose.approve': 'para aprobar lo que pidió otro administrador',
  'purpose.request-approval': 'para pedir la aprobación de otro administrador',
  'purpose.end-all-sessions': 'para cerrar la sesión de todos',
  'purpose.delete-user': 'para borrar una cuenta',
  'purpose.purge-trash': 'para eliminar antes copias borradas',

  'spoken.again': 'Otra vez: {{- digits}}.',

  'sender-test.subject': '{{server}}: prueba de un remitente',
  'sender-test.text': '{{- code}} es el código de la prueba de un remitente\n{{server}}',

  'notice.subject': '{{server}}: sus métodos de inicio de sesión',
  'notice.text': '{{- sentence}} Si no fue usted, avise a su administrador.\n{{server}}',
  'notice.added': 'Ya se puede iniciar sesión como "{{name}}" con "{{label}}".',
  'notice.removed': 'Ya no se puede iniciar sesión como "{{name}}" con "{{label}}".',
  'notice.backup-codes-renewed': 'Se crearon códigos de respaldo nuevos para "{{name}}".',
  'notice.backup-code-used': 'Se usó un código de respaldo de "{{name}}".',
  'notice.recovery-phone-set': '{{label}} es ahora el teléfono de recuperación de "{{name}}".',
  'notice.recovery-phone-removed': '"{{name}}" ya no tiene teléfono de recuperación.',
  'notice.email-changed': '{{label}} es ahora el correo de "{{name}}".',
  'notice.password-changed': 'Se sustituyó la contraseña de "{{name}}".',
  'notice.passkey-copied':
    'Se usó una copia de su clave de acceso "{{label}}" para "{{name}}" y se rechazó. Registre una nueva y quite esta.',
  'notice.factors-reset': 'Un administrador quitó todos los segundos factores y la contraseña de "{{name}}".',
  'notice.phone-entered':
    'Un administrador introdujo el teléfono {{label}} para "{{name}}"; contará tras su primer código correcto.',
  'notice.email-entered': 'Un administrador hizo de {{label}} el correo de "{{name}}".',
  'notice.email-removed': 'Un administrador quitó el correo de "{{name}}".',
  'notice.one-time-password':
    'Un administrador sustituyó la contraseña de "{{name}}" por una de un solo uso.',
  'notice.suspended':
    'Un administrador suspendió a "{{name}}": nadie puede iniciar sesión y no se hacen copias.',
  'notice.role-changed': 'Un administrador dio a "{{name}}" el rol {{label}}.',
  'notice.device-revoked':
    'Un administrador rechaza desde ahora el equipo "{{label}}" de "{{name}}": ya no hace copias.',
  'notice.set-deleted':
    'Se pidió borrar el conjunto de copia "{{label}}" de "{{name}}". Se puede deshacer en Holdfast mientras se conserven sus datos.',
  'notice.retention-shortened':
    'Desde ahora se conserva menos del conjunto de copia "{{label}}" de "{{name}}".',
  'notice.brake-tripped':
    'Un equipo pidió borrar más de lo habitual del conjunto de copia "{{label}}" de "{{name}}". No se borra nada más hasta que usted lo reanude en Holdfast.',
  'notice.brake-resumed': 'Se reanudaron los borrados del conjunto de copia "{{label}}" de "{{name}}".',
  'notice.subject-of-backups': '{{server}}: sus copias de seguridad',
  'notice.much-deleted':
    'Un equipo borró la mayor parte del conjunto de copia "{{label}}" de "{{name}}". Está en la papelera del servidor y su administrador puede recuperarlo.',
  'notice.account-closed':
    'Un administrador borró la cuenta "{{name}}": nadie puede iniciar sesión, no se hacen copias y todas sus copias se eliminarán después del {{label}}. Hasta entonces un administrador puede deshacerlo.',
  'notice.account-kept': 'La cuenta "{{name}}" finalmente no se borra; ella y sus copias siguen como antes.',
  'notice.trash-release-requested':
    'Un administrador pidió eliminar antes de tiempo lo borrado del conjunto de copia "{{label}}" de "{{name}}". Hasta que un segundo lo apruebe, se puede recuperar.',
  'notice.trash-released':
    'Dos administradores eliminaron antes de tiempo lo borrado del conjunto de copia "{{label}}" de "{{name}}".',
  'notice.request-denied':
    'Una solicitud para "{{name}}" se rechazó en el teléfono "{{label}}". Otra persona sabe la contraseña: cámbiela.',
  'notice.switched-off': 'Se desactivó el segundo factor de "{{name}}".',
  'notice.reset-requested': 'Un administrador pidió quitar todos los segundos factores de "{{name}}".',
  'notice.reset-approved': 'Dos administradores acordaron quitar todos los segundos factores de "{{name}}".',

  'recovery.subject': '{{server}}: recuperación de la cuenta',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'Alguien con la contraseña y el teléfono de recuperación de "{{name}}" pidió desde {{address}} sustituir todos los segundos factores. Será posible a partir del {{readyAt}}.',
  'recovery.waiting':
    'Los segundos factores de "{{name}}" se podrán sustituir a partir del {{readyAt}}, porque se inició una recuperación desde {{address}}.',
  'recovery.ready':
    'Los segundos factores de "{{name}}" se pueden sustituir ya, hasta el {{endsAt}}, porque se inició una recuperación desde {{address}}.',
  'recovery.finished':
    'Los segundos factores de "{{name}}" se sustituyeron mediante una recuperación. Si no fue usted, avise ahora mismo a su administrador.',
  'recovery.cancelled': 'La recuperación de "{{name}}" se detuvo. Sus segundos factores siguen como estaban.',
  'recovery.stop-on-page': 'Si no fue usted, deténgala: {{- address}}',
  'recovery.stop-by-command': 'Si no fue usted, deténgala: inicie sesión, o ejecute: {{- command}}',

  'password-reset.subject': '{{server}}: una contraseña nueva',
  'password-reset.text':
    '{{- code}} es el código para una contraseña nueva de "{{name}}". Se pidió desde {{address}} y sirve una sola vez, durante una hora. También necesitará su segundo factor.\nElija «Contraseña olvidada» donde inicia sesión y escríbalo allí, o ejecute: {{- command}}\nSi no fue usted, nada ha cambiado y no tiene que hacer nada.\n{{server}}',

  'enrol-reminder.subject': '{{server}}: registre un segundo factor',
  'enrol-reminder.text':
    'A partir del {{at}}, iniciar sesión como "{{name}}" exige un segundo factor, y todavía no hay ninguno registrado. Inicie sesión antes con Holdfast y registre uno. Nadie le pedirá una contraseña ni un código por correo.\n{{server}}',

  'trial-code.subject': '{{server}}: su prueba gratuita',
  'trial-code.text':
    '{{- code}} es el código para registrar esta dirección de correo. Se pidió desde {{address}} y sirve una sola vez, durante una hora.\nEscríbalo donde lo pidió, o ejecute: {{- command}}\nSi no fue usted, no tiene que hacer nada: sin el código no se registra nada.\n{{server}}',
  'trial-taken.subject': '{{server}}: ya tiene una cuenta',
  'trial-taken.text':
    'Alguien pidió desde {{address}} registrar esta dirección de correo, que ya pertenece a una cuenta. Nada ha cambiado.\nSi fue usted, inicie sesión con la cuenta que tiene; «Contraseña olvidada» le ayuda allí si ya no sabe la contraseña.\n{{server}}',
  'trial-end.subject': '{{server}}: su prueba gratuita termina',
  'trial-end.text':
    'La prueba de "{{name}}" termina el {{at}}. A partir de entonces no se copia nada y nada se puede restaurar; lo guardado permanece hasta que su administrador lo borre. Para continuar, pídale que conserve la cuenta. Nadie le pedirá una contraseña ni un código por correo.\n{{server}}',

  'alerts.subject_one': '{{server}}: una alerta',
  'alerts.subject_many': '{{server}}: {{count}} de alertas',
  'alerts.subject_other': '{{server}}: {{count}} alertas',
  'alerts.more': 'Para ver todas las alertas: {{- command}}',
  'alert.message-budget-near':
    'Se han gastado cuatro quintas partes de los mensajes que el servidor puede enviar en un día ({{about}}: {{limit, number}} al día).',
  'alert.message-budget-reached':
    'El servidor ya no envía más mensajes hoy ({{about}}: {{limit, number}} al día). Mire quién los causa antes de aumentar limits.sendsPerServerPerDay.',
  'alert.country-budget-near':
    'Se han gastado cuatro quintas partes de los mensajes que un país puede recibir en un día (prefijo {{about}}: {{limit, number}} al día).',
  'alert.country-budget-reached':
    'Un país ya no recibe más mensajes hoy (prefijo {{about}}: {{limit, number}} al día). Si no tiene usuarios allí, quítelo de allowedCountries.',
  'alert.number-block-paused':
    'Alguien empezó a registrar {{numbers, number}} números que empiezan por {{block}} y confirmó {{proven, number}} de ellos. Ninguno se puede registrar durante {{hours, number}} h: parece un fraude con mensajes.',
  'alert.senders-changed':
    '{{by}} cambió cómo se envían los códigos: {{action}} "{{name}}". Si no fue ninguno de ustedes, otra persona administra su servidor.',
  'alert.sender-refused':
    'El proveedor {{provider}} rechaza los mensajes por {{channel}}: revise sus credenciales, su saldo y su remitente.',
  'alert.legacy-sign-in':
    '{{name}} inició sesión con un cliente antiguo, sin segundo factor, para hacer copias. Está permitido hasta el {{until}} o la primera copia; "{{- command}}" lo termina ahora.',
  'alert.trials-used-up':
    'Hoy no se pueden registrar más cuentas de prueba: se alcanzó un límite de {{limit, number}} al día (cuentas, o códigos pedidos). Mire quién lo causa antes de aumentar trial.perDay; trial.isOffered=false detiene los registros al instante.',
  'alert.passkey-copied':
    'La clave de acceso "{{label}}" de {{name}} existe dos veces; la que se usó desde {{address}} se rechazó. Nadie puede saber de quién es: pregúntele, y que registre una nueva y quite esta.',
  'alert.brake-tripped':
    'Un equipo de {{name}} pidió borrar más de lo habitual del conjunto de copia "{{set}}". No se borra ni se purga nada más hasta que alguien lo reanude; lo borrado está en la papelera. Pregunte si se acortó su conservación. Si no, quite el equipo y deshágalo: "{{- command}}".',
  'alert.approval-requested':
    '{{by}} pide la aprobación de un segundo administrador: {{- what}}. Otro lo aprueba o lo rechaza hasta el {{until}}: "{{- command}}". Si ninguno de ustedes lo pidió, rechácelo: otra persona administra su servidor.',
  'approval.reset-factors': 'restablecer los segundos factores de "{{about}}"',
  'approval.loosen-policy': 'dejar que un solo administrador haga lo que exige dos en el grupo "{{about}}"',
  'approval.move-user': 'mover a "{{about}}" a un grupo donde basta un administrador',
  'approval.switch-to-mobile': 'borrar todos los teléfonos al pasar al modo mobile',
  'alert.two-administrators-off':
    '{{by}} desactivó lo que exige dos administradores en el grupo "{{group}}": {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} Durante {{hours, number}} horas esta cuenta no vale como segunda persona para una aprobación. Si ninguno de ustedes lo quiso, suspéndala: "{{- command}}".',
  'administrator-changed.created': '{{by}} creó la cuenta de administrador "{{name}}".',
  'administrator-changed.role': '{{by}} cambió el rol del administrador "{{name}}".',
  'administrator-changed.factors': '{{by}} restableció los segundos factores del administrador "{{name}}".',
  'administrator-changed.phone': '{{by}} introdujo un teléfono para el administrador "{{name}}".',
  'administrator-changed.reopened': '{{by}} volvió a abrir la cuenta del administrador "{{name}}".',
  'administrator-changed.password': '{{by}} sustituyó la contraseña del administrador "{{name}}".',
  'approval.delete-user': 'borrar la cuenta "{{about}}" y todas sus copias',
  'approval.purge-trash':
    'eliminar copias borradas de "{{about}}" antes de que acabe su bloqueo de conservación',
  'alert.all-sessions-ended':
    '{{by}} cerró la sesión de todos y terminó la confianza en todos los equipos. Las copias programadas continúan.',
  'alert.account-closed':
    '{{by}} borró la cuenta "{{name}}": está cerrada y se eliminará con todas sus copias después del {{until}}. Hasta entonces "{{- command}}" lo devuelve todo.',
  'alert.request-denied':
    '{{name}} rechazó en su teléfono una solicitud que no era suya. Venía de {{address}}: quien está allí sabe la contraseña.',
}
