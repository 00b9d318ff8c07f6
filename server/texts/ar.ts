import type { Catalogue } from './catalogue.ts'

export const ar: Catalogue = {
  'passcode.subject': '{{server}}: رمز التحقق',
  'passcode.text': 'رمز التحقق لـ "{{name}}" {{- purpose}}: {{- code}}\n{{server}}',
  'purpose.sign-in': 'لتسجيل الدخول',
  'purpose.password-reset': 'لاستبدال كلمة المرور',
  'purpose.register-address': 'لتسجيل هذا البريد',
  'purpose.register-phone': 'لتسجيل هذا الهاتف',
  'purpose.recovery': 'لاستبدال كل العوامل الثانية',
  'purpose.recovery-phone': 'لتسجيل هاتف الاسترداد هذا',
  'purpose.email': 'لجعل هذا بريد الحساب',
  'purpose.restore': 'لاستعادة النسخ الاحتياطية',
  'purpose.shorten-retention': 'للاحتفاظ بالنسخ مدة أقصر',
  'purpose.delete-set': 'لحذف مجموعة نسخ',
  'purpose.resume-brake': 'لاستئناف عمليات الحذف',
  'purpose.change-factors': 'لتغيير العوامل الثانية',
  'purpose.change-password': 'لتغيير كلمة المرور',
  'purpose.opt-out': 'لإيقاف العامل الثاني',
  'purpose.revoke-device': 'لإزالة حاسوب',
  'purpose.change-settings': 'لتغيير الإعدادات',
  'purpose.export-key': 'لإظهار مفتاح الاسترداد',
  'purpose.reset-factors': 'لإعادة تعيين العوامل الثانية لمستخدم',
  'purpose.add-phone': 'لإدخال هاتف لمستخدم',
  'purpose.suspend-users': 'لتعليق مستخدمين',
  'purpose.make-system-user': 'لإنشاء مسؤول',
  'purpose.change-role': 'لتغيير دور مسؤول',
  'purpose.make-token': 'لإنشاء رمز وصول للواجهة البرمجية',
  'purpose.change-mode': 'لتغيير طريقة دخول الجميع',
  'purpose.change-sender': 'لتغيير مُرسِل الرموز',
  'purpose.remove-sender': 'لإزالة مُرسِل للرموز',
  'purpose.approve': 'للموافقة على طلب مسؤول آخر',
  'purpose.request-approval': 'لطلب موافقة مسؤول آخر',
  'purpose.end-all-sessions': 'لإنهاء جلسات الجميع',
  'purpose.delete-user': 'لحذف حساب',
  'purpose.purge-trash': 'لمحو نسخ محذوفة قبل أوانها',

  'spoken.again': 'مرة أخرى: {{- digits}}.',

  'sender-test.subject': '{{server}}: اختبار مُرسِل',
  'sender-test.text': 'رمز اختبار المُرسِل هو {{- code}}\n{{server}}',

  'notice.subject': '{{server}}: وسائل دخولك',
  'notice.text': '{{- sentence}} إن لم تكن أنت فاتصل بالمسؤول.\n{{server}}',
  'notice.added': 'يمكن الآن تسجيل الدخول باسم "{{name}}" عبر "{{label}}".',
  'notice.removed': 'لم يعد ممكنًا تسجيل الدخول باسم "{{name}}" عبر "{{label}}".',
  'notice.backup-codes-renewed': 'أُنشئت رموز احتياطية جديدة للحساب "{{name}}".',
  'notice.backup-code-used': 'استُخدم رمز احتياطي للحساب "{{name}}".',
  'notice.recovery-phone-set': 'أصبح {{label}} هاتف الاسترداد للحساب "{{name}}".',
  'notice.recovery-phone-removed': 'لم يعد للحساب "{{name}}" هاتف استرداد.',
  'notice.email-changed': 'أصبح {{label}} بريد الحساب "{{name}}".',
  'notice.password-changed': 'استُبدلت كلمة مرور الحساب "{{name}}".',
  'notice.passkey-copied':
    'استُخدمت نسخة من مفتاح مرورك "{{label}}" للحساب "{{name}}" ورُفضت. سجّل مفتاحًا جديدًا وأزل هذا.',
  'notice.factors-reset': 'أزال مسؤول كل العوامل الثانية وكلمة مرور الحساب "{{name}}".',
  'notice.phone-entered': 'أدخل مسؤول الهاتف {{label}} للحساب "{{name}}"؛ ويُعتمد بعد أول رمز صحيح له.',
  'notice.email-entered': 'جعل مسؤول {{label}} بريد الحساب "{{name}}".',
  'notice.email-removed': 'أزال مسؤول بريد الحساب "{{name}}".',
  'notice.one-time-password': 'استبدل مسؤول كلمة مرور الحساب "{{name}}" بكلمة مرور لمرة واحدة.',
  'notice.suspended': 'علّق مسؤول الحساب "{{name}}": لا يمكن لأحد الدخول ولا يُنسخ شيء.',
  'notice.role-changed': 'أعطى مسؤول الحساب "{{name}}" الدور {{label}}.',
  'notice.device-revoked': 'يرفض مسؤول من الآن الحاسوب "{{label}}" للحساب "{{name}}": لن ينسخ بعد ذلك.',
  'notice.set-deleted':
    'طُلب حذف مجموعة النسخ "{{label}}" للحساب "{{name}}". يمكن التراجع عنه في Holdfast ما دامت بياناتها محفوظة.',
  'notice.retention-shortened': 'من الآن يُحتفظ بقدر أقل من مجموعة النسخ "{{label}}" للحساب "{{name}}".',
  'notice.brake-tripped':
    'طلب حاسوب حذف قدر غير معتاد من مجموعة النسخ "{{label}}" للحساب "{{name}}". لن يُحذف المزيد منها حتى تستأنف ذلك في Holdfast.',
  'notice.brake-resumed': 'استؤنف الحذف في مجموعة النسخ "{{label}}" للحساب "{{name}}".',
  'notice.subject-of-backups': '{{server}}: نسخك الاحتياطية',
  'notice.much-deleted':
    'حذف حاسوب معظم ما في مجموعة النسخ "{{label}}" للحساب "{{name}}". هي في سلة مهملات الخادم ويستطيع المسؤول إعادتها.',
  'notice.account-closed':
    'حذف مسؤول الحساب "{{name}}": لا يمكن لأحد الدخول ولا يُنسخ شيء، وتُمحى كل نسخه بعد {{label}}. وحتى ذلك الحين يستطيع مسؤول التراجع عنه.',
  'notice.account-kept': 'لن يُحذف الحساب "{{name}}"؛ هو ونسخه كما كانت.',
  'notice.trash-release-requested':
    'طلب مسؤول أن يُمحى قبل الأوان ما حُذف من مجموعة النسخ "{{label}}" للحساب "{{name}}". يمكن استعادته حتى يوافق مسؤول ثانٍ.',
  'notice.trash-released': 'محا مسؤولان قبل الأوان ما حُذف من مجموعة النسخ "{{label}}" للحساب "{{name}}".',
  'notice.request-denied':
    'رُفض طلب للحساب "{{name}}" على الهاتف "{{label}}". هناك من يعرف كلمة المرور: غيّرها.',
  'notice.switched-off': 'أُوقف العامل الثاني للحساب "{{name}}".',
  'notice.reset-requested': 'طلب مسؤول إزالة كل العوامل الثانية للحساب "{{name}}".',
  'notice.reset-approved': 'وافق مسؤولان على إزالة كل العوامل الثانية للحساب "{{name}}".',

  'recovery.subject': '{{server}}: استرداد الحساب',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'طلب شخص لديه كلمة مرور الحساب "{{name}}" وهاتف استرداده، من العنوان {{address}}، استبدال كل العوامل الثانية. يصبح ذلك ممكنًا ابتداءً من {{readyAt}}.',
  'recovery.waiting':
    'يمكن استبدال العوامل الثانية للحساب "{{name}}" ابتداءً من {{readyAt}}، لأن استردادًا بدأ من العنوان {{address}}.',
  'recovery.ready':
    'يمكن الآن استبدال العوامل الثانية للحساب "{{name}}" حتى {{endsAt}}، لأن استردادًا بدأ من العنوان {{address}}.',
  'recovery.finished':
    'استُبدلت العوامل الثانية للحساب "{{name}}" عبر استرداد. إن لم تكن أنت فاتصل بالمسؤول فورًا.',
  'recovery.cancelled': 'أُوقف استرداد الحساب "{{name}}". تبقى عوامله الثانية كما هي.',
  'recovery.stop-on-page': 'إن لم تكن أنت فأوقفه: {{- address}}',
  'recovery.stop-by-command': 'إن لم تكن أنت فأوقفه: سجّل الدخول، أو نفّذ: {{- command}}',

  'password-reset.subject': '{{server}}: كلمة مرور جديدة',
  'password-reset.text':
    'رمز كلمة المرور الجديدة للحساب "{{name}}" هو {{- code}}\nطُلب من العنوان {{address}} ويصلح مرة واحدة خلال ساعة. ستحتاج أيضًا إلى عاملك الثاني.\nاختر "نسيت كلمة المرور" حيث تسجّل الدخول واكتبه هناك، أو نفّذ: {{- command}}\nإن لم تكن أنت فلم يتغير شيء ولا يلزمك فعل أي شيء.\n{{server}}',

  'enrol-reminder.subject': '{{server}}: سجّل عاملًا ثانيًا',
  'enrol-reminder.text':
    'ابتداءً من {{at}} يتطلب تسجيل الدخول باسم "{{name}}" عاملًا ثانيًا، ولم يُسجَّل أي عامل بعد. سجّل الدخول بـ Holdfast قبل ذلك وسجّل عاملًا. لن يطلب منك أحد كلمة مرور أو رمزًا عبر البريد.\n{{server}}',

  'trial-code.subject': '{{server}}: تجربتك المجانية',
  'trial-code.text':
    'رمز تسجيل هذا البريد هو {{- code}}\nطُلب من العنوان {{address}} ويصلح مرة واحدة خلال ساعة.\nاكتبه حيث طلبته، أو نفّذ: {{- command}}\nإن لم تكن أنت فلا يلزمك فعل أي شيء: دون الرمز لا يُسجَّل شيء.\n{{server}}',
  'trial-taken.subject': '{{server}}: لديك حساب بالفعل',
  'trial-taken.text':
    'طلب شخص من العنوان {{address}} تسجيل هذا البريد، وهو تابع لحساب موجود. لم يتغير شيء.\nإن كنت أنت فسجّل الدخول بحسابك الموجود؛ وإن نسيت كلمة المرور يساعدك هناك "نسيت كلمة المرور".\n{{server}}',
  'trial-end.subject': '{{server}}: تجربتك المجانية تنتهي',
  'trial-end.text':
    'تنتهي تجربة الحساب "{{name}}" في {{at}}. بعد ذلك لا يُنسخ شيء ولا يمكن استعادة شيء؛ ويبقى المخزَّن حتى يحذفه المسؤول. للاستمرار اطلب منه الإبقاء على الحساب. لن يطلب منك أحد كلمة مرور أو رمزًا عبر البريد.\n{{server}}',

  'alerts.subject_zero': '{{server}}: لا تنبيهات',
  'alerts.subject_one': '{{server}}: تنبيه واحد',
  'alerts.subject_two': '{{server}}: تنبيهان',
  'alerts.subject_few': '{{server}}: {{count}} تنبيهات',
  'alerts.subject_many': '{{server}}: {{count}} تنبيهًا',
  'alerts.subject_other': '{{server}}: {{count}} تنبيه',
  'alerts.more': 'لرؤية كل التنبيهات: {{- command}}',
  'alert.message-budget-near':
    'استُهلكت أربعة أخماس الرسائل التي يجوز للخادم إرسالها في اليوم ({{about}}: {{limit, number}} في اليوم).',
  'alert.message-budget-reached':
    'لن يرسل الخادم رسائل أخرى اليوم ({{about}}: {{limit, number}} في اليوم). ابحث عمّن يتسبب بها قبل أن تزيد limits.sendsPerServerPerDay.',
  'alert.country-budget-near':
    'استُهلكت أربعة أخماس الرسائل التي يجوز لبلد واحد تلقيها في اليوم (رمز الاتصال {{about}}: {{limit, number}} في اليوم).',
  'alert.country-budget-reached':
    'لن يتلقى أحد البلدان رسائل أخرى اليوم (رمز الاتصال {{about}}: {{limit, number}} في اليوم). إن لم يكن لديك مستخدمون هناك فاحذفه من allowedCountries.',
  'alert.number-block-paused':
    'بدأ شخص بتسجيل أرقام تبدأ بـ {{block}}، عددها {{numbers, number}}، وأثبت منها {{proven, number}}. لا يمكن تسجيل أي منها لعدد من الساعات: {{hours, number}}. يبدو هذا احتيالًا بالرسائل.',
  'alert.senders-changed':
    'غيّر {{by}} طريقة إرسال الرموز: {{action}} "{{name}}". إن لم يفعل ذلك أحد منكم فهناك من يدير خادمكم غيركم.',
  'alert.sender-refused':
    'يرفض المزوّد {{provider}} الرسائل عبر {{channel}}: تحقق من بيانات اعتماده ورصيده ومرسله.',
  'alert.legacy-sign-in':
    'سجّل {{name}} الدخول بعميل قديم دون عامل ثانٍ للنسخ الاحتياطي. هذا مسموح حتى {{until}} أو أول نسخة احتياطية؛ والأمر "{{- command}}" ينهيه الآن.',
  'alert.trials-used-up':
    'لا يمكن تسجيل حسابات تجريبية أخرى اليوم: بلغ الحد {{limit, number}} في اليوم (حسابات أو طلبات رموز). انظر من يتسبب بذلك قبل أن تزيد trial.perDay؛ وtrial.isOffered=false يوقف التسجيل فورًا.',
  'alert.passkey-copied':
    'يوجد اثنان من مفتاح المرور "{{label}}" للمستخدم {{name}}؛ ورُفض الذي استُخدم من العنوان {{address}}. لا أحد يعرف لمن هو: اسأل صاحبه ودعه يسجّل مفتاحًا جديدًا ويزيل هذا.',
  'alert.brake-tripped':
    'طلب حاسوب للمستخدم {{name}} حذف قدر غير معتاد من مجموعة النسخ "{{set}}". لن يُحذف أو يُمحى المزيد منها حتى يستأنف أحد ذلك؛ وما حُذف موجود في سلة المهملات. اسأل صاحبها هل قصّر مدة الاحتفاظ. وإلا فأزل الحاسوب وتراجع: "{{- command}}".',
  'alert.approval-requested':
    'يطلب {{by}} موافقة مسؤول ثانٍ: {{- what}}. يوافق مسؤول آخر أو يرفض حتى {{until}}: "{{- command}}". إن لم يطلبه أحد منكم فارفضه: هناك من يدير خادمكم غيركم.',
  'approval.reset-factors': 'إعادة تعيين العوامل الثانية للحساب "{{about}}"',
  'approval.loosen-policy': 'السماح لمسؤول واحد بما يتطلب اثنين في المجموعة "{{about}}"',
  'approval.move-user': 'نقل "{{about}}" إلى مجموعة يكفي فيها مسؤول واحد',
  'approval.switch-to-mobile': 'محو كل الهواتف بالتحول إلى الوضع mobile',
  'alert.two-administrators-off': 'أوقف {{by}} ما يتطلب مسؤولَين في المجموعة "{{group}}": {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} لا يُعدّ هذا الحساب شخصًا ثانيًا للموافقة لعدد من الساعات: {{hours, number}}. إن لم يقصد ذلك أحد منكم فعلّقه: "{{- command}}".',
  'administrator-changed.created': 'أنشأ {{by}} حساب المسؤول "{{name}}".',
  'administrator-changed.role': 'غيّر {{by}} دور المسؤول "{{name}}".',
  'administrator-changed.factors': 'أعاد {{by}} تعيين العوامل الثانية للمسؤول "{{name}}".',
  'administrator-changed.phone': 'أدخل {{by}} هاتفًا للمسؤول "{{name}}".',
  'administrator-changed.reopened': 'أعاد {{by}} فتح حساب المسؤول "{{name}}".',
  'administrator-changed.password': 'استبدل {{by}} كلمة مرور المسؤول "{{name}}".',
  'approval.delete-user': 'حذف الحساب "{{about}}" وكل نسخه',
  'approval.purge-trash': 'محو نسخ محذوفة للحساب "{{about}}" قبل انتهاء قفل الاحتفاظ بها',
  'alert.all-sessions-ended': 'أنهى {{by}} جلسات الجميع والثقة بكل الحواسيب. يستمر النسخ المجدول.',
  'alert.account-closed':
    'حذف {{by}} الحساب "{{name}}": أُغلق ويُمحى مع كل نسخه بعد {{until}}. وحتى ذلك الحين يعيد "{{- command}}" كل شيء.',
  'alert.request-denied':
    'رفض {{name}} على هاتفه طلبًا ليس منه. جاء من العنوان {{address}}: من هناك يعرف كلمة المرور.',
}
