import type { AuthenticatorWords } from '../page-words.ts'

export const es: AuthenticatorWords = {
  appTitle: 'Autenticador de Holdfast',
  pairTitle: '¿Vincular este teléfono?',
  pairText:
    'Su cuenta preguntará a este teléfono cuando alguien inicie sesión. Continúe solo si acaba de escanear el código en su propia pantalla.',
  pair: 'Vincular este teléfono',
  notNow: 'Ahora no',
  pairAddress: 'Dirección de vinculación',
  pairAddressText: 'Si no puede escanear el código aquí, pegue la dirección que Holdfast muestra al lado.',
  aPhone: 'Teléfono',
  requestTitle: '¿Es usted?',
  pairingTitle: 'Confirmar la vinculación',
  number: 'Número de la otra pantalla',
  numberText: 'Escriba los dos dígitos que Holdfast muestra allí.',
  approve: 'Aprobar',
  idleTitle: 'No hay nada pendiente',
  idleText:
    'Las solicitudes aparecen aquí mientras esta página está abierta. Añádala a la pantalla de inicio para tenerla a mano.',
  unpairedTitle: 'Este teléfono no está vinculado',
  unpairedText:
    'En Holdfast, añada un teléfono a sus métodos de inicio de sesión y escanee el código que muestra.',
  accounts: 'Cuentas vinculadas',
  notify: 'Avisarme de las solicitudes',
  notifyOff: 'Desactivar avisos',
  notifyBlocked:
    'Los avisos no funcionan aquí: están bloqueados para esta página o el navegador no los tiene.',
  notifyUnknown:
    'Este servidor no envía al servicio de avisos de su navegador. Las solicitudes aparecen aquí de todos modos.',
  unpair: 'Quitar',
  unpairAsk: '¿Quitar {account} de este teléfono?',
  lastMethod: 'Este teléfono es el único método de esa cuenta. Añada antes otro en Holdfast.',
  removed: 'ya no está vinculado',
  approvedText: 'Aprobado. Vuelva a Holdfast.',
  deniedText: 'Denegado. Si no lo inició usted, alguien conoce su contraseña: cámbiela ahora.',
  wrongNumber: 'Era otro número. La solicitud ha terminado; vuelva a pedirla en Holdfast.',
  noKeys: 'Este navegador no puede guardar una clave. Use un navegador actual y sin ventana privada.',
  notice: 'Una solicitud le espera.',
  'purpose.enrol': 'Se va a vincular un teléfono con esta cuenta.',
  'purpose.password-reset': 'Alguien quiere establecer una nueva contraseña para esta cuenta.',
  onlyIfYouPhone: 'Apruebe solo si acaba de iniciarlo usted mismo en el equipo indicado arriba.',
  otherNetwork:
    'Esta solicitud viene de otra red que este teléfono. Es normal con datos móviles; si no, mire dos veces.',
}
