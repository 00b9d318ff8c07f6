import type { Catalogue } from './catalogue.ts'

export const zhCn: Catalogue = {
  'passcode.subject': '{{server}}：验证码',
  'passcode.text': '{{- code}} 是用户“{{name}}”{{- purpose}}的验证码\n{{server}}',
  'purpose.sign-in': '登录',
  'purpose.password-reset': '重设密码',
  'purpose.register-address': '登记此邮箱',
  'purpose.register-phone': '登记此电话',
  'purpose.recovery': '替换所有第二因素',
  'purpose.recovery-phone': '登记此恢复电话',
  'purpose.email': '将此邮箱设为账户邮箱',
  'purpose.restore': '恢复备份',
  'purpose.shorten-retention': '缩短备份保留时间',
  'purpose.delete-set': '删除备份集',
  'purpose.resume-brake': '继续已停止的删除',
  'purpose.change-factors': '更改第二因素',
  'purpose.change-password': '修改密码',
  'purpose.opt-out': '关闭第二因素',
  'purpose.revoke-device': '移除电脑',
  'purpose.change-settings': '更改设置',
  'purpose.export-key': '显示恢复密钥',
  'purpose.reset-factors': '重置某用户的第二因素',
  'purpose.add-phone': '为某用户添加电话',
  'purpose.suspend-users': '停用用户',
  'purpose.make-system-user': '创建管理员',
  'purpose.change-role': '更改管理员的角色',
  'purpose.make-token': '创建 API 令牌',
  'purpose.change-mode': '更改所有人的登录方式',
  'purpose.change-sender': '更改代码的发送方',
  'purpose.remove-sender': '移除代码的发送方',
  'purpose.approve': '批准另一位管理员的请求',
  'purpose.request-approval': '请求另一位管理员批准',
  'purpose.end-all-sessions': '让所有人退出登录',
  'purpose.delete-user': '删除账户',
  'purpose.purge-trash': '提前清除已删除的备份',

  'spoken.again': '再说一遍：{{- digits}}。',

  'sender-test.subject': '{{server}}：发送方测试',
  'sender-test.text': '{{- code}} 是发送方测试的代码\n{{server}}',

  'notice.subject': '{{server}}：您的登录方式',
  'notice.text': '{{- sentence}}如果不是您本人所为，请联系管理员。\n{{server}}',
  'notice.added': '“{{label}}”现在可用于登录“{{name}}”。',
  'notice.removed': '“{{label}}”不能再用于登录“{{name}}”。',
  'notice.backup-codes-renewed': '已为“{{name}}”生成新的备用代码。',
  'notice.backup-code-used': '“{{name}}”的一个备用代码已被使用。',
  'notice.recovery-phone-set': '{{label}} 现在是“{{name}}”的恢复电话。',
  'notice.recovery-phone-removed': '“{{name}}”不再有恢复电话。',
  'notice.email-changed': '{{label}} 现在是“{{name}}”的邮箱。',
  'notice.password-changed': '“{{name}}”的密码已被更换。',
  'notice.passkey-copied':
    '您的通行密钥“{{label}}”的副本曾被用于“{{name}}”，已被拒绝。请登记新的密钥并移除此密钥。',
  'notice.factors-reset': '一位管理员移除了“{{name}}”的所有第二因素和密码。',
  'notice.phone-entered': '一位管理员为“{{name}}”添加了电话 {{label}}；首次输入正确的代码后生效。',
  'notice.email-entered': '一位管理员将 {{label}} 设为“{{name}}”的邮箱。',
  'notice.email-removed': '一位管理员移除了“{{name}}”的邮箱。',
  'notice.one-time-password': '一位管理员将“{{name}}”的密码更换为一次性密码。',
  'notice.suspended': '一位管理员停用了“{{name}}”：无法登录，也不再备份。',
  'notice.role-changed': '一位管理员将“{{name}}”的角色改为 {{label}}。',
  'notice.device-revoked': '一位管理员从现在起拒绝“{{name}}”的电脑“{{label}}”：它不再备份。',
  'notice.set-deleted':
    '有人请求删除“{{name}}”的备份集“{{label}}”。在数据仍保留期间，可以在 Holdfast 中撤销。',
  'notice.retention-shortened': '从现在起，“{{name}}”的备份集“{{label}}”保留的内容减少。',
  'notice.brake-tripped':
    '一台电脑请求从“{{name}}”的备份集“{{label}}”中删除异常多的内容。在您于 Holdfast 中继续之前，不会再删除。',
  'notice.brake-resumed': '“{{name}}”的备份集“{{label}}”的删除已继续。',
  'notice.subject-of-backups': '{{server}}：您的备份',
  'notice.much-deleted':
    '一台电脑删除了“{{name}}”的备份集“{{label}}”的大部分内容。它们在服务器的回收站中，管理员可以找回。',
  'notice.account-closed':
    '一位管理员删除了账户“{{name}}”：无法登录，也不再备份，其所有备份将在 {{label}} 之后清除。在此之前管理员可以撤销。',
  'notice.account-kept': '账户“{{name}}”不再被删除；账户及其备份保持原样。',
  'notice.trash-release-requested':
    '一位管理员请求提前清除“{{name}}”的备份集“{{label}}”中已删除的内容。在第二位管理员同意之前，可以找回。',
  'notice.trash-released': '两位管理员已提前清除“{{name}}”的备份集“{{label}}”中已删除的内容。',
  'notice.request-denied': '针对“{{name}}”的请求已在手机“{{label}}”上被拒绝。有别人知道密码：请更改密码。',
  'notice.switched-off': '“{{name}}”的第二因素已关闭。',
  'notice.reset-requested': '一位管理员请求移除“{{name}}”的所有第二因素。',
  'notice.reset-approved': '两位管理员已同意移除“{{name}}”的所有第二因素。',

  'recovery.subject': '{{server}}：账户恢复',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    '有人持有“{{name}}”的密码和恢复电话，从 {{address}} 请求替换所有第二因素。从 {{readyAt}} 起即可替换。',
  'recovery.waiting': '由于从 {{address}} 发起了账户恢复，“{{name}}”的第二因素从 {{readyAt}} 起可被替换。',
  'recovery.ready':
    '由于从 {{address}} 发起了账户恢复，“{{name}}”的第二因素现在即可被替换，截止到 {{endsAt}}。',
  'recovery.finished': '“{{name}}”的第二因素已因账户恢复而被替换。如果不是您本人所为，请立即联系管理员。',
  'recovery.cancelled': '“{{name}}”的账户恢复已中止。其第二因素保持不变。',
  'recovery.stop-on-page': '如果不是您本人所为，请中止：{{- address}}',
  'recovery.stop-by-command': '如果不是您本人所为，请中止：登录，或运行：{{- command}}',

  'password-reset.subject': '{{server}}：新密码',
  'password-reset.text':
    '{{- code}} 是为“{{name}}”设置新密码的代码。它由 {{address}} 请求，一小时内有效，只能使用一次。您还需要第二因素。\n请在登录处选择“忘记密码”并输入该代码，或运行：{{- command}}\n如果不是您本人所为，一切都没有改变，您无需做任何事。\n{{server}}',

  'enrol-reminder.subject': '{{server}}：请登记第二因素',
  'enrol-reminder.text':
    '从 {{at}} 起，以“{{name}}”登录需要第二因素，而目前尚未登记任何一种。请在此之前用 Holdfast 登录并登记。没有人会通过邮件向您索要密码或代码。\n{{server}}',

  'trial-code.subject': '{{server}}：您的免费试用',
  'trial-code.text':
    '{{- code}} 是登记此邮箱的代码。它由 {{address}} 请求，一小时内有效，只能使用一次。\n请在您请求的地方输入，或运行：{{- command}}\n如果不是您本人所为，您无需做任何事：没有代码就不会登记任何内容。\n{{server}}',
  'trial-taken.subject': '{{server}}：您已有账户',
  'trial-taken.text':
    '有人从 {{address}} 请求登记此邮箱，而它已属于一个账户。一切都没有改变。\n如果是您本人，请用已有的账户登录；如果不记得密码，可在那里使用“忘记密码”。\n{{server}}',
  'trial-end.subject': '{{server}}：您的免费试用即将结束',
  'trial-end.text':
    '“{{name}}”的试用将于 {{at}} 结束。此后不再备份，也无法恢复；已存储的内容会保留到管理员删除为止。如需继续，请让管理员保留此账户。没有人会通过邮件向您索要密码或代码。\n{{server}}',

  'alerts.subject_other': '{{server}}：{{count}} 条警报',
  'alerts.more': '查看所有警报：{{- command}}',
  'alert.message-budget-near':
    '服务器每天可发送的消息已用去五分之四（{{about}}：每天 {{limit, number}} 条）。',
  'alert.message-budget-reached':
    '服务器今天不再发送消息（{{about}}：每天 {{limit, number}} 条）。请先查明是谁引起的，再提高 limits.sendsPerServerPerDay。',
  'alert.country-budget-near':
    '一个国家每天可接收的消息已用去五分之四（国家代码 {{about}}：每天 {{limit, number}} 条）。',
  'alert.country-budget-reached':
    '一个国家今天不再收到消息（国家代码 {{about}}：每天 {{limit, number}} 条）。如果您在那里没有用户，请将其从 allowedCountries 中去掉。',
  'alert.number-block-paused':
    '有人开始登记以 {{block}} 开头的 {{numbers, number}} 个号码，并验证了其中 {{proven, number}} 个。{{hours, number}} 小时内不能登记这类号码：这像是短信欺诈。',
  'alert.senders-changed':
    '{{by}} 更改了代码的发送方式：{{action}}“{{name}}”。如果不是你们中的任何人，那么有别人在管理您的服务器。',
  'alert.sender-refused': '提供商 {{provider}} 拒绝通过 {{channel}} 发送消息：请检查其凭据、余额和发送者。',
  'alert.legacy-sign-in':
    '{{name}} 用旧版客户端登录以进行备份，未使用第二因素。在 {{until}} 或首次备份之前允许这样做；“{{- command}}”可立即结束。',
  'alert.trials-used-up':
    '今天不能再登记试用账户：每天 {{limit, number}} 个的上限已用完（账户或代码请求）。请先查明是谁引起的，再提高 trial.perDay；trial.isOffered=false 会立即停止登记。',
  'alert.passkey-copied':
    '{{name}} 的通行密钥“{{label}}”有两份；从 {{address}} 使用的那一份已被拒绝。无法判断它属于谁：请询问本人，并让其登记新的密钥、移除此密钥。',
  'alert.brake-tripped':
    '{{name}} 的一台电脑请求从备份集“{{set}}”中删除异常多的内容。在有人继续之前，不会再删除或清除；已删除的内容在回收站中。请询问是否缩短了保留时间。如果没有，请移除该电脑并撤销：“{{- command}}”。',
  'alert.approval-requested':
    '{{by}} 请求第二位管理员批准：{{- what}}。另一位管理员可在 {{until}} 之前批准或拒绝：“{{- command}}”。如果你们中没有人提出请求，请拒绝：有别人在管理您的服务器。',
  'approval.reset-factors': '重置“{{about}}”的第二因素',
  'approval.loosen-policy': '在组“{{about}}”中让一位管理员独自完成需要两位管理员的操作',
  'approval.move-user': '将“{{about}}”移到只需一位管理员的组',
  'approval.switch-to-mobile': '切换到 mobile 模式并清除所有电话',
  'alert.two-administrators-off': '{{by}} 在组“{{group}}”中关闭了需要两位管理员的设置：{{settings}}。',
  'alert.administrator-changed':
    '{{- sentence}}{{hours, number}} 小时内，此账户不能作为批准的第二人。如果你们中没有人要这样做，请停用它：“{{- command}}”。',
  'administrator-changed.created': '{{by}} 创建了管理员账户“{{name}}”。',
  'administrator-changed.role': '{{by}} 更改了管理员“{{name}}”的角色。',
  'administrator-changed.factors': '{{by}} 重置了管理员“{{name}}”的第二因素。',
  'administrator-changed.phone': '{{by}} 为管理员“{{name}}”添加了电话。',
  'administrator-changed.reopened': '{{by}} 重新启用了管理员“{{name}}”的账户。',
  'administrator-changed.password': '{{by}} 更换了管理员“{{name}}”的密码。',
  'approval.delete-user': '删除账户“{{about}}”及其所有备份',
  'approval.purge-trash': '在保留锁定结束之前清除“{{about}}”已删除的备份',
  'alert.all-sessions-ended': '{{by}} 让所有人退出了登录，并结束了对所有电脑的信任。计划备份继续进行。',
  'alert.account-closed':
    '{{by}} 删除了账户“{{name}}”：账户已关闭，并将在 {{until}} 之后连同所有备份一起清除。在此之前，“{{- command}}”可以找回一切。',
  'alert.request-denied':
    '{{name}} 在手机上拒绝了一个并非本人的请求。请求来自 {{address}}：那里的人知道密码。',
}
