import type { PageLanguage } from '../../passkeys/page/page-words.ts'

export interface CancelWords {
  readonly title: string
  readonly text: string
  readonly stop: string
  readonly stoppedTitle: string
  readonly stoppedText: string
  readonly nothingTitle: string
  readonly nothingText: string
}

/** The page on which a recovery is stopped, in every language of the interface. */
export const cancelWords: Readonly<Record<PageLanguage, CancelWords>> = {
  en: {
    title: 'Stop the recovery of your account?',
    text: 'Somebody who knows your password asked to replace all your second factors. If it was not you, stop it here.',
    stop: 'Stop the recovery',
    stoppedTitle: 'The recovery is stopped',
    stoppedText:
      'Your second factors stay as they are. Now sign in and change your password: somebody knows it.',
    nothingTitle: 'There is nothing to stop',
    nothingText:
      'This recovery was stopped or finished already. If your second factors no longer work, contact your administrator now.',
  },
  de: {
    title: 'Die Rettung Ihres Kontos stoppen?',
    text: 'Jemand, der Ihr Passwort kennt, möchte alle Ihre zweiten Faktoren ersetzen. Wenn Sie das nicht waren, stoppen Sie es hier.',
    stop: 'Die Rettung stoppen',
    stoppedTitle: 'Die Rettung ist gestoppt',
    stoppedText:
      'Ihre zweiten Faktoren bleiben, wie sie sind. Melden Sie sich jetzt an und ändern Sie Ihr Passwort: Jemand kennt es.',
    nothingTitle: 'Es gibt nichts zu stoppen',
    nothingText:
      'Diese Rettung wurde schon gestoppt oder abgeschlossen. Wenn Ihre zweiten Faktoren nicht mehr gelten, wenden Sie sich sofort an die Administration.',
  },
  fr: {
    title: 'Arrêter la récupération de votre compte ?',
    text: 'Quelqu’un qui connaît votre mot de passe a demandé à remplacer tous vos seconds facteurs. Si ce n’est pas vous, arrêtez-le ici.',
    stop: 'Arrêter la récupération',
    stoppedTitle: 'La récupération est arrêtée',
    stoppedText:
      'Vos seconds facteurs restent inchangés. Connectez-vous maintenant et changez votre mot de passe : quelqu’un le connaît.',
    nothingTitle: 'Il n’y a rien à arrêter',
    nothingText:
      'Cette récupération est déjà arrêtée ou terminée. Si vos seconds facteurs ne fonctionnent plus, contactez tout de suite votre administrateur.',
  },
  es: {
    title: '¿Detener la recuperación de su cuenta?',
    text: 'Alguien que conoce su contraseña pidió sustituir todos sus segundos factores. Si no fue usted, deténgalo aquí.',
    stop: 'Detener la recuperación',
    stoppedTitle: 'La recuperación está detenida',
    stoppedText:
      'Sus segundos factores siguen como estaban. Inicie sesión ahora y cambie la contraseña: alguien la conoce.',
    nothingTitle: 'No hay nada que detener',
    nothingText:
      'Esta recuperación ya se detuvo o terminó. Si sus segundos factores ya no funcionan, avise ahora mismo a su administrador.',
  },
  'pt-BR': {
    title: 'Interromper a recuperação da sua conta?',
    text: 'Alguém que sabe sua senha pediu para substituir todos os seus segundos fatores. Se não foi você, interrompa aqui.',
    stop: 'Interromper a recuperação',
    stoppedTitle: 'A recuperação foi interrompida',
    stoppedText:
      'Seus segundos fatores continuam como estão. Entre agora e mude sua senha: alguém a conhece.',
    nothingTitle: 'Não há nada para interromper',
    nothingText:
      'Esta recuperação já foi interrompida ou concluída. Se seus segundos fatores não funcionam mais, fale agora com o administrador.',
  },
  ja: {
    title: 'アカウントの復旧を停止しますか？',
    text: 'あなたのパスワードを知っているだれかが、すべての第二要素の置き換えを求めました。心当たりがなければ、ここで停止してください。',
    stop: '復旧を停止する',
    stoppedTitle: '復旧を停止しました',
    stoppedText:
      '第二要素はそのまま有効です。すぐにサインインしてパスワードを変更してください。だれかに知られています。',
    nothingTitle: '停止するものはありません',
    nothingText:
      'この復旧はすでに停止または完了しています。第二要素が使えなくなっている場合は、すぐに管理者に連絡してください。',
  },
  'zh-CN': {
    title: '要中止账户恢复吗？',
    text: '有人知道您的密码，并请求替换您的所有第二因素。如果不是您本人所为，请在此中止。',
    stop: '中止恢复',
    stoppedTitle: '恢复已中止',
    stoppedText: '您的第二因素保持不变。请立即登录并更改密码：有人已经知道它。',
    nothingTitle: '没有可中止的内容',
    nothingText: '此恢复已被中止或已完成。如果您的第二因素不再有效，请立即联系管理员。',
  },
  ar: {
    title: 'هل تريد إيقاف استرداد حسابك؟',
    text: 'طلب شخص يعرف كلمة مرورك استبدال كل عواملك الثانية. إن لم تكن أنت فأوقفه هنا.',
    stop: 'إيقاف الاسترداد',
    stoppedTitle: 'أُوقف الاسترداد',
    stoppedText: 'تبقى عواملك الثانية كما هي. سجّل الدخول الآن وغيّر كلمة مرورك: هناك من يعرفها.',
    nothingTitle: 'لا يوجد ما يُوقف',
    nothingText: 'أُوقف هذا الاسترداد أو اكتمل من قبل. إذا لم تعد عواملك الثانية تعمل فاتصل بالمسؤول فورًا.',
  },
}
