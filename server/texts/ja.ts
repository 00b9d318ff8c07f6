import type { Catalogue } from './catalogue.ts'

export const ja: Catalogue = {
  'passcode.subject': '{{server}}: 確認コード',
  'passcode.text': '{{- code}} は「{{name}}」の{{- purpose}}確認コードです\n{{server}}',
  'purpose.sign-in': 'サインイン用の',
  'purpose.password-reset': 'パスワードを再設定するための',
  'purpose.register-address': 'このメールアドレスを登録するための',
  'purpose.register-phone': 'この電話を登録するための',
  'purpose.recovery': 'すべての第二要素を置き換えるための',
  'purpose.recovery-phone': 'この復旧用の電話を登録するための',
  'purpose.email': 'これをアカウントのメールアドレスにするための',
  'purpose.restore': 'バックアップを復元するための',
  'purpose.shorten-retention': '保存期間を短くするための',
  'purpose.delete-set': 'バックアップセットを削除するための',
  'purpose.resume-brake': '止められた削除を再開するための',
  'purpose.change-factors': '第二要素を変更するための',
  'purpose.change-password': 'パスワードを変更するための',
  'purpose.opt-out': '第二要素を無効にするための',
  'purpose.revoke-device': 'コンピューターを外すための',
  'purpose.change-settings': '設定を変更するための',
  'purpose.export-key': '復旧キーを表示するための',
  'purpose.reset-factors': 'ユーザーの第二要素をリセットするための',
  'purpose.add-phone': 'ユーザーの電話番号を登録するための',
  'purpose.suspend-users': 'ユーザーを停止するための',
  'purpose.make-system-user': '管理者を作成するための',
  'purpose.change-role': '管理者の役割を変更するための',
  'purpose.make-token': 'API トークンを作成するための',
  'purpose.change-mode': '全員のサインイン方法を変更するための',
  'purpose.change-sender': 'コードの送信元を変更するための',
  'purpose.remove-sender': 'コードの送信元を削除するための',
  'purpose.approve': '別の管理者の依頼を承認するための',
  'purpose.request-approval': '別の管理者に承認を依頼するための',
  'purpose.end-all-sessions': '全員をサインアウトさせるための',
  'purpose.delete-user': 'アカウントを削除するための',
  'purpose.purge-trash': '削除済みバックアップを早く消去するための',

  'spoken.again': 'もう一度お伝えします。{{- digits}}。',

  'sender-test.subject': '{{server}}: 送信元のテスト',
  'sender-test.text': '{{- code}} は送信元のテスト用のコードです\n{{server}}',

  'notice.subject': '{{server}}: サインイン方法のお知らせ',
  'notice.text': '{{- sentence}}心当たりがなければ、管理者に連絡してください。\n{{server}}',
  'notice.added': '「{{label}}」で「{{name}}」としてサインインできるようになりました。',
  'notice.removed': '「{{label}}」では「{{name}}」としてサインインできなくなりました。',
  'notice.backup-codes-renewed': '「{{name}}」の新しい予備コードが作られました。',
  'notice.backup-code-used': '「{{name}}」の予備コードが使われました。',
  'notice.recovery-phone-set': '{{label}} が「{{name}}」の復旧用の電話になりました。',
  'notice.recovery-phone-removed': '「{{name}}」の復旧用の電話がなくなりました。',
  'notice.email-changed': '{{label}} が「{{name}}」のメールアドレスになりました。',
  'notice.password-changed': '「{{name}}」のパスワードが変更されました。',
  'notice.passkey-copied':
    'パスキー「{{label}}」のコピーが「{{name}}」に使われ、拒否されました。新しいものを登録し、これを削除してください。',
  'notice.factors-reset': '管理者が「{{name}}」のすべての第二要素とパスワードを削除しました。',
  'notice.phone-entered':
    '管理者が「{{name}}」の電話 {{label}} を登録しました。最初の正しいコードの後に有効になります。',
  'notice.email-entered': '管理者が {{label}} を「{{name}}」のメールアドレスにしました。',
  'notice.email-removed': '管理者が「{{name}}」のメールアドレスを削除しました。',
  'notice.one-time-password': '管理者が「{{name}}」のパスワードを使い捨てパスワードに変更しました。',
  'notice.suspended':
    '管理者が「{{name}}」を停止しました。だれもサインインできず、バックアップも行われません。',
  'notice.role-changed': '管理者が「{{name}}」に役割 {{label}} を与えました。',
  'notice.device-revoked':
    '管理者が「{{name}}」のコンピューター「{{label}}」を今後拒否します。バックアップは行われなくなります。',
  'notice.set-deleted':
    '「{{name}}」のバックアップセット「{{label}}」の削除が求められました。データが保存されている間は、Holdfast で取り消せます。',
  'notice.retention-shortened': '「{{name}}」のバックアップセット「{{label}}」の保存期間が短くなりました。',
  'notice.brake-tripped':
    'コンピューターが「{{name}}」のバックアップセット「{{label}}」から異常に多くの削除を求めました。Holdfast で再開するまで、これ以上は削除されません。',
  'notice.brake-resumed': '「{{name}}」のバックアップセット「{{label}}」の削除が再開されました。',
  'notice.subject-of-backups': '{{server}}: バックアップのお知らせ',
  'notice.much-deleted':
    'コンピューターが「{{name}}」のバックアップセット「{{label}}」の大部分を削除しました。サーバーのごみ箱にあり、管理者が元に戻せます。',
  'notice.account-closed':
    '管理者がアカウント「{{name}}」を削除しました。だれもサインインできず、バックアップも行われません。すべてのバックアップは {{label}} より後に消去されます。それまでは管理者が取り消せます。',
  'notice.account-kept':
    'アカウント「{{name}}」の削除は取り消されました。アカウントもバックアップも以前のままです。',
  'notice.trash-release-requested':
    '管理者が「{{name}}」のバックアップセット「{{label}}」から削除されたものの早期消去を求めました。二人目が同意するまでは元に戻せます。',
  'notice.trash-released':
    '二人の管理者が「{{name}}」のバックアップセット「{{label}}」から削除されたものを早く消去しました。',
  'notice.request-denied':
    '「{{name}}」への要求が電話「{{label}}」で拒否されました。ほかのだれかがパスワードを知っています。変更してください。',
  'notice.switched-off': '「{{name}}」の第二要素が無効になりました。',
  'notice.reset-requested': '管理者が「{{name}}」のすべての第二要素の削除を依頼しました。',
  'notice.reset-approved': '二人の管理者が「{{name}}」のすべての第二要素の削除に同意しました。',

  'recovery.subject': '{{server}}: アカウントの復旧',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    '「{{name}}」のパスワードと復旧用の電話を持つだれかが、{{address}} からすべての第二要素の置き換えを求めました。{{readyAt}} から可能になります。',
  'recovery.waiting':
    '{{address}} から復旧が始められたため、{{readyAt}} から「{{name}}」の第二要素を置き換えられるようになります。',
  'recovery.ready':
    '{{address}} から復旧が始められたため、「{{name}}」の第二要素を今から {{endsAt}} まで置き換えられます。',
  'recovery.finished':
    '「{{name}}」の第二要素は復旧により置き換えられました。心当たりがなければ、すぐに管理者に連絡してください。',
  'recovery.cancelled': '「{{name}}」の復旧は停止されました。第二要素はそのまま有効です。',
  'recovery.stop-on-page': '心当たりがなければ、停止してください: {{- address}}',
  'recovery.stop-by-command':
    '心当たりがなければ、停止してください。サインインするか、次を実行します: {{- command}}',

  'password-reset.subject': '{{server}}: 新しいパスワード',
  'password-reset.text':
    '{{- code}} は「{{name}}」の新しいパスワード用のコードです。{{address}} から求められたもので、1 時間以内に 1 回だけ使えます。第二要素も必要です。\nサインイン画面で「パスワードを忘れた場合」を選んで入力するか、次を実行してください: {{- command}}\n心当たりがない場合、何も変わっていないので、何もする必要はありません。\n{{server}}',

  'enrol-reminder.subject': '{{server}}: 第二要素を登録してください',
  'enrol-reminder.text':
    '{{at}} から「{{name}}」としてのサインインには第二要素が必要になりますが、まだ登録されていません。それまでに Holdfast でサインインして登録してください。メールでパスワードやコードをお尋ねすることはありません。\n{{server}}',

  'trial-code.subject': '{{server}}: 無料体験',
  'trial-code.text':
    '{{- code}} はこのメールアドレスを登録するためのコードです。{{address}} から求められたもので、1 時間以内に 1 回だけ使えます。\nコードを求めた画面に入力するか、次を実行してください: {{- command}}\n心当たりがなければ、何もする必要はありません。コードなしでは何も登録されません。\n{{server}}',
  'trial-taken.subject': '{{server}}: すでにアカウントがあります',
  'trial-taken.text':
    'だれかが {{address}} からこのメールアドレスの登録を求めましたが、すでにアカウントで使われています。何も変わっていません。\nご本人の場合は、お持ちのアカウントでサインインしてください。パスワードがわからないときは、そこの「パスワードを忘れた場合」をお使いください。\n{{server}}',
  'trial-end.subject': '{{server}}: 無料体験が終わります',
  'trial-end.text':
    '「{{name}}」の体験は {{at}} に終わります。それ以後はバックアップも復元もできません。保存されたものは、管理者が削除するまで残ります。続けるには、アカウントを残すよう管理者に依頼してください。メールでパスワードやコードをお尋ねすることはありません。\n{{server}}',

  'alerts.subject_other': '{{server}}: 警告 {{count}} 件',
  'alerts.more': 'すべての警告を見るには: {{- command}}',
  'alert.message-budget-near':
    'サーバーが 1 日に送れるメッセージの 5 分の 4 が使われました（{{about}}: 1 日 {{limit, number}} 通）。',
  'alert.message-budget-reached':
    'サーバーは本日これ以上メッセージを送りません（{{about}}: 1 日 {{limit, number}} 通）。limits.sendsPerServerPerDay を増やす前に、だれが送信を引き起こしているかを調べてください。',
  'alert.country-budget-near':
    '一つの国が 1 日に受け取れるメッセージの 5 分の 4 が使われました（国番号 {{about}}: 1 日 {{limit, number}} 通）。',
  'alert.country-budget-reached':
    'ある国へは本日これ以上メッセージを送りません（国番号 {{about}}: 1 日 {{limit, number}} 通）。その国にユーザーがいなければ、allowedCountries から外してください。',
  'alert.number-block-paused':
    'だれかが {{block}} で始まる番号を {{numbers, number}} 件登録し始め、そのうち {{proven, number}} 件を確認しました。{{hours, number}} 時間はどれも登録できません。メッセージを使った詐欺のようです。',
  'alert.senders-changed':
    '{{by}} がコードの送信方法を変更しました: {{action}}「{{name}}」。あなた方のだれでもなければ、ほかのだれかがサーバーを管理しています。',
  'alert.sender-refused':
    'プロバイダー {{provider}} が {{channel}} のメッセージを拒否しています。認証情報、残高、送信者を確認してください。',
  'alert.legacy-sign-in':
    '{{name}} が古いクライアントから、バックアップのために第二要素なしでサインインしました。{{until}} または最初のバックアップまで許可されています。「{{- command}}」で今すぐ終了できます。',
  'alert.trials-used-up':
    '本日はこれ以上、体験用アカウントを登録できません。1 日 {{limit, number}} 件の上限（アカウントの作成、またはコードの請求）に達しました。trial.perDay を増やす前に、だれが引き起こしているかを調べてください。trial.isOffered=false で登録をすぐに止められます。',
  'alert.passkey-copied':
    '{{name}} のパスキー「{{label}}」が二つあり、{{address}} から使われたものは拒否されました。どちらが本人のものかはわかりません。本人に確認し、新しいものを登録してこれを削除するよう依頼してください。',
  'alert.brake-tripped':
    '{{name}} のコンピューターが、バックアップセット「{{set}}」から異常に多くの削除を求めました。だれかが再開するまで、これ以上は削除も消去もされません。削除されたものはごみ箱にあります。保存期間を短くしたかを本人に確認してください。心当たりがなければ、コンピューターを外して元に戻してください: 「{{- command}}」。',
  'alert.approval-requested':
    '{{by}} が二人目の管理者の承認を求めています: {{- what}}。別の管理者が {{until}} までに承認または拒否します: 「{{- command}}」。だれも依頼していなければ、拒否してください。ほかのだれかがサーバーを管理しています。',
  'approval.reset-factors': '「{{about}}」の第二要素のリセット',
  'approval.loosen-policy': 'グループ「{{about}}」で二人の管理者が必要な操作を一人で行えるようにすること',
  'approval.move-user': '「{{about}}」を管理者一人で足りるグループへ移すこと',
  'approval.switch-to-mobile': 'mobile モードへの切り替えによるすべての電話の消去',
  'alert.two-administrators-off':
    '{{by}} がグループ「{{group}}」で、管理者が二人必要な設定を無効にしました: {{settings}}。',
  'alert.administrator-changed':
    '{{- sentence}}このアカウントは {{hours, number}} 時間、承認の二人目として認められません。だれも意図していなければ、停止してください: 「{{- command}}」。',
  'administrator-changed.created': '{{by}} が管理者アカウント「{{name}}」を作成しました。',
  'administrator-changed.role': '{{by}} が管理者「{{name}}」の役割を変更しました。',
  'administrator-changed.factors': '{{by}} が管理者「{{name}}」の第二要素をリセットしました。',
  'administrator-changed.phone': '{{by}} が管理者「{{name}}」の電話番号を登録しました。',
  'administrator-changed.reopened': '{{by}} が管理者「{{name}}」のアカウントを再開しました。',
  'administrator-changed.password': '{{by}} が管理者「{{name}}」のパスワードを変更しました。',
  'approval.delete-user': 'アカウント「{{about}}」とそのすべてのバックアップの削除',
  'approval.purge-trash': '保持ロックの終了前に「{{about}}」の削除済みバックアップを消去すること',
  'alert.all-sessions-ended':
    '{{by}} が全員をサインアウトさせ、すべてのコンピューターの信頼を終了しました。予定されたバックアップは続きます。',
  'alert.account-closed':
    '{{by}} がアカウント「{{name}}」を削除しました。アカウントは閉じられ、{{until}} より後にすべてのバックアップとともに消去されます。それまでは「{{- command}}」ですべて元に戻せます。',
  'alert.request-denied':
    '{{name}} が電話で、自分のものではない要求を拒否しました。要求は {{address}} から来ました。そこにいる人はパスワードを知っています。',
}
