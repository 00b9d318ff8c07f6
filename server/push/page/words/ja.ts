import type { AuthenticatorWords } from '../page-words.ts'

export const ja: AuthenticatorWords = {
  appTitle: 'Holdfast 認証アプリ',
  pairTitle: 'このスマートフォンをペアリングしますか？',
  pairText:
    '以後、誰かがサインインするたびに、アカウントがこのスマートフォンに確認します。たった今ご自分の画面のコードを読み取った場合だけ続けてください。',
  pair: 'ペアリングする',
  notNow: '今はしない',
  pairAddress: 'ペアリング用アドレス',
  pairAddressText:
    'ここでコードを読み取れない場合は、Holdfast がコードの横に表示するアドレスを貼り付けてください。',
  aPhone: 'スマートフォン',
  requestTitle: 'ご本人ですか？',
  pairingTitle: 'ペアリングの確認',
  number: 'もう一方の画面の数字',
  numberText: 'Holdfast がそこに表示している 2 桁の数字を入力してください。',
  approve: '承認する',
  idleTitle: '待っている要求はありません',
  idleText: 'このページを開いている間、要求はここに表示されます。ホーム画面に追加しておくと便利です。',
  unpairedTitle: 'このスマートフォンはペアリングされていません',
  unpairedText: 'Holdfast でサインイン方法にスマートフォンを追加し、表示されるコードを読み取ってください。',
  accounts: 'ペアリング済みのアカウント',
  notify: '要求を通知する',
  notifyOff: '通知を停止する',
  notifyBlocked: 'ここでは通知を使えません。このページでブロックされているか、ブラウザーに機能がありません。',
  notifyUnknown:
    'このサーバーは、お使いのブラウザーの通知サービスには送信しません。要求はここに表示されます。',
  unpair: '削除',
  unpairAsk: 'このスマートフォンから {account} を削除しますか？',
  lastMethod:
    'このスマートフォンはそのアカウントの唯一の方法です。先に Holdfast で別の方法を追加してください。',
  removed: 'ペアリングは解除されています',
  approvedText: '承認しました。Holdfast に戻ってください。',
  deniedText: '拒否しました。心当たりがなければ、誰かがパスワードを知っています。今すぐ変更してください。',
  wrongNumber: '数字が違いました。この要求は終了しました。Holdfast でもう一度要求してください。',
  noKeys:
    'このブラウザーは鍵を保存できません。最新のブラウザーを、プライベートウィンドウ以外で使ってください。',
  notice: '要求が待っています。',
  'purpose.enrol': 'このアカウントにスマートフォンをペアリングしようとしています。',
  'purpose.password-reset': '誰かがこのアカウントに新しいパスワードを設定しようとしています。',
  onlyIfYouPhone: '上に示したコンピューターで、たった今ご自分で始めた場合だけ承認してください。',
  otherNetwork:
    'この要求は、このスマートフォンとは別のネットワークから来ています。モバイル通信では普通ですが、そうでなければよく確かめてください。',
}
