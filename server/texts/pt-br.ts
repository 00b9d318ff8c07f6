import type { Catalogue } from './catalogue.ts'

export const ptBr: Catalogue = {
  'passcode.subject': '{{server}}: código de verificação',
  'passcode.text': '{{- code}} é o código de "{{name}}" {{- purpose}}\n{{server}}',
  'purpose.sign-in': 'para entrar',
  'purpose.password-reset': 'para substituir a senha',
  'purpose.register-address': 'para registrar este endereço',
  'purpose.register-phone': 'para registrar este telefone',
  'purpose.recovery': 'para substituir todos os segundos fatores',
  'purpose.recovery-phone': 'para registrar este telefone de recuperação',
  'purpose.email': 'para que este seja o e-mail da conta',
  'purpose.restore': 'para restaurar backups',
  'purpose.shorten-retention': 'para guardar backups por menos tempo',
  'purpose.delete-set': 'para excluir um conjunto de backup',
  'purpose.resume-brake': 'para retomar as exclusões',
  'purpose.change-factors': 'para mudar os segundos fatores',
  'purpose.change-password': 'para trocar a senha',
  'purpose.opt-out': 'para desligar o segundo fator',
  'purpose.revoke-device': 'para remover um computador',
  'purpose.change-settings': 'para mudar configurações',
  'purpose.export-key': 'para mostrar a chave de recuperação',
  'purpose.reset-factors': 'para redefinir os segundos fatores de um usuário',
  'purpose.add-phone': 'para inserir um telefone de um usuário',
  'purpose.suspend-users': 'para suspender usuários',
  'purpose.make-system-user': 'para criar um administrador',
  'purpose.change-role': 'para mudar a função de um administrador',
  'purpose.make-token': 'para criar um token de API',
  'purpose.change-mode': 'para mudar como todos entram',
  'purpose.change-sender': 'para mudar quem envia os códigos',
  'purpose.remove-sender': 'para remover um remetente de códigos',
  'purpose.approve': 'para aprovar o pedido de outro administrador',
  'purpose.request-approval': 'para pedir a aprovação de outro administrador',
  'purpose.end-all-sessions': 'para encerrar a sessão de todos',
  'purpose.delete-user': 'para excluir uma conta',
  'purpose.purge-trash': 'para apagar antes backups excluídos',

  'spoken.again': 'Mais uma vez: {{- digits}}.',

  'sender-test.subject': '{{server}}: teste de um remetente',
  'sender-test.text': '{{- code}} é o código do teste de um remetente\n{{server}}',

  'notice.subject': '{{server}}: seus métodos de entrada',
  'notice.text': '{{- sentence}} Se não foi você, fale com o administrador.\n{{server}}',
  'notice.added': 'Agora é possível entrar como "{{name}}" com "{{label}}".',
  'notice.removed': 'Não é mais possível entrar como "{{name}}" com "{{label}}".',
  'notice.backup-codes-renewed': 'Foram gerados novos códigos reserva para "{{name}}".',
  'notice.backup-code-used': 'Um código reserva de "{{name}}" foi usado.',
  'notice.recovery-phone-set': '{{label}} agora é o telefone de recuperação de "{{name}}".',
  'notice.recovery-phone-removed': '"{{name}}" não tem mais telefone de recuperação.',
  'notice.email-changed': '{{label}} agora é o e-mail de "{{name}}".',
  'notice.password-changed': 'A senha de "{{name}}" foi substituída.',
  'notice.passkey-copied':
    'Uma cópia da sua chave de acesso "{{label}}" foi usada para "{{name}}" e recusada. Registre uma nova e remova esta.',
  'notice.factors-reset': 'Um administrador removeu todos os segundos fatores e a senha de "{{name}}".',
  'notice.phone-entered':
    'Um administrador inseriu o telefone {{label}} para "{{name}}"; ele vale depois do primeiro código correto.',
  'notice.email-entered': 'Um administrador fez de {{label}} o e-mail de "{{name}}".',
  'notice.email-removed': 'Um administrador removeu o e-mail de "{{name}}".',
  'notice.one-time-password': 'Um administrador substituiu a senha de "{{name}}" por uma senha de uso único.',
  'notice.suspended': 'Um administrador suspendeu "{{name}}": ninguém pode entrar e não são feitos backups.',
  'notice.role-changed': 'Um administrador deu a "{{name}}" a função {{label}}.',
  'notice.device-revoked':
    'Um administrador recusa de agora em diante o computador "{{label}}" de "{{name}}": ele não faz mais backups.',
  'notice.set-deleted':
    'Foi pedida a exclusão do conjunto de backup "{{label}}" de "{{name}}". Ela pode ser desfeita no Holdfast enquanto os dados forem guardados.',
  'notice.retention-shortened':
    'De agora em diante guarda-se menos do conjunto de backup "{{label}}" de "{{name}}".',
  'notice.brake-tripped':
    'Um computador pediu para excluir mais do que o habitual do conjunto de backup "{{label}}" de "{{name}}". Nada mais é excluído até você retomar no Holdfast.',
  'notice.brake-resumed': 'As exclusões do conjunto de backup "{{label}}" de "{{name}}" foram retomadas.',
  'notice.subject-of-backups': '{{server}}: seus backups',
  'notice.much-deleted':
    'Um computador excluiu a maior parte do conjunto de backup "{{label}}" de "{{name}}". Está na lixeira do servidor, de onde o administrador pode trazer de volta.',
  'notice.account-closed':
    'Um administrador excluiu a conta "{{name}}": ninguém pode entrar, não são feitos backups e todos os seus backups serão apagados depois de {{label}}. Até lá um administrador pode desfazer.',
  'notice.account-kept': 'A conta "{{name}}" afinal não será excluída; ela e seus backups estão como antes.',
  'notice.trash-release-requested':
    'Um administrador pediu para apagar antes do prazo o que foi excluído do conjunto de backup "{{label}}" de "{{name}}". Até um segundo concordar, pode ser trazido de volta.',
  'notice.trash-released':
    'Dois administradores apagaram antes do prazo o que foi excluído do conjunto de backup "{{label}}" de "{{name}}".',
  'notice.request-denied':
    'Um pedido para "{{name}}" foi recusado no telefone "{{label}}". Outra pessoa sabe a senha: troque-a.',
  'notice.switched-off': 'O segundo fator de "{{name}}" foi desligado.',
  'notice.reset-requested': 'Um administrador pediu para remover todos os segundos fatores de "{{name}}".',
  'notice.reset-approved':
    'Dois administradores concordaram em remover todos os segundos fatores de "{{name}}".',

  'recovery.subject': '{{server}}: recuperação da conta',
  'recovery.text': '{{- sentence}}\n{{server}}',
  'recovery.started':
    'Alguém com a senha e o telefone de recuperação de "{{name}}" pediu de {{address}} para substituir todos os segundos fatores. Será possível a partir de {{readyAt}}.',
  'recovery.waiting':
    'Os segundos fatores de "{{name}}" poderão ser substituídos a partir de {{readyAt}}, porque uma recuperação foi iniciada de {{address}}.',
  'recovery.ready':
    'Os segundos fatores de "{{name}}" já podem ser substituídos, até {{endsAt}}, porque uma recuperação foi iniciada de {{address}}.',
  'recovery.finished':
    'Os segundos fatores de "{{name}}" foram substituídos por uma recuperação. Se não foi você, fale agora com o administrador.',
  'recovery.cancelled':
    'A recuperação de "{{name}}" foi interrompida. Seus segundos fatores continuam como estão.',
  'recovery.stop-on-page': 'Se não foi você, interrompa: {{- address}}',
  'recovery.stop-by-command': 'Se não foi você, interrompa: entre, ou execute: {{- command}}',

  'password-reset.subject': '{{server}}: uma nova senha',
  'password-reset.text':
    '{{- code}} é o código para uma nova senha de "{{name}}". Ele foi pedido a partir de {{address}} e vale uma vez, por uma hora. Você também precisará do seu segundo fator.\nEscolha “Esqueci a senha” onde você entra e digite-o ali, ou execute: {{- command}}\nSe não foi você, nada mudou e você não precisa fazer nada.\n{{server}}',

  'enrol-reminder.subject': '{{server}}: registre um segundo fator',
  'enrol-reminder.text':
    'A partir de {{at}}, entrar como "{{name}}" exige um segundo fator, e nenhum está registrado ainda. Entre antes disso com o Holdfast e registre um. Ninguém pedirá uma senha ou um código por e-mail.\n{{server}}',

  'trial-code.subject': '{{server}}: seu teste gratuito',
  'trial-code.text':
    '{{- code}} é o código para registrar este endereço de e-mail. Ele foi pedido a partir de {{address}} e vale uma vez, por uma hora.\nDigite-o onde você o pediu, ou execute: {{- command}}\nSe não foi você, não precisa fazer nada: sem o código nada é registrado.\n{{server}}',
  'trial-taken.subject': '{{server}}: você já tem uma conta',
  'trial-taken.text':
    'Alguém pediu a partir de {{address}} para registrar este endereço de e-mail, que já pertence a uma conta. Nada mudou.\nSe foi você, entre com a conta que já tem; “Esqueci a senha” ajuda ali se você não sabe mais a senha.\n{{server}}',
  'trial-end.subject': '{{server}}: seu teste gratuito termina',
  'trial-end.text':
    'O teste de "{{name}}" termina em {{at}}. A partir daí não há mais backups e nada pode ser restaurado; o que está guardado fica até o administrador excluir. Para continuar, peça a ele que mantenha a conta. Ninguém pedirá uma senha ou um código por e-mail.\n{{server}}',

  'alerts.subject_one': '{{server}}: um alerta',
  'alerts.subject_many': '{{server}}: {{count}} de alertas',
  'alerts.subject_other': '{{server}}: {{count}} alertas',
  'alerts.more': 'Para ver todos os alertas: {{- command}}',
  'alert.message-budget-near':
    'Quatro quintos das mensagens que o servidor pode enviar em um dia foram gastos ({{about}}: {{limit, number}} por dia).',
  'alert.message-budget-reached':
    'O servidor não envia mais mensagens hoje ({{about}}: {{limit, number}} por dia). Veja quem as causa antes de aumentar limits.sendsPerServerPerDay.',
  'alert.country-budget-near':
    'Quatro quintos das mensagens que um país pode receber em um dia foram gastos (código do país {{about}}: {{limit, number}} por dia).',
  'alert.country-budget-reached':
    'Um país não recebe mais mensagens hoje (código do país {{about}}: {{limit, number}} por dia). Se você não tem usuários lá, tire-o de allowedCountries.',
  'alert.number-block-paused':
    'Alguém começou a registrar {{numbers, number}} números que começam com {{block}} e confirmou {{proven, number}} deles. Nenhum pode ser registrado por {{hours, number}} h: parece fraude com mensagens.',
  'alert.senders-changed':
    '{{by}} mudou como os códigos são enviados: {{action}} "{{name}}". Se não foi nenhum de vocês, outra pessoa administra o seu servidor.',
  'alert.sender-refused':
    'O provedor {{provider}} recusa mensagens por {{channel}}: verifique as credenciais, o saldo e o remetente.',
  'alert.legacy-sign-in':
    '{{name}} entrou com um cliente antigo, sem segundo fator, para fazer backup. Isso é permitido até {{until}} ou até o primeiro backup; "{{- command}}" encerra isso agora.',
  'alert.trials-used-up':
    'Hoje não é possível registrar mais contas de teste: um limite de {{limit, number}} por dia foi atingido (contas, ou pedidos de códigos). Veja quem o causa antes de aumentar trial.perDay; trial.isOffered=false interrompe os registros na hora.',
  'alert.passkey-copied':
    'A chave de acesso "{{label}}" de {{name}} existe em dobro; a que foi usada a partir de {{address}} foi recusada. Ninguém pode dizer de quem ela é: pergunte, e faça registrar uma nova e remover esta.',
  'alert.brake-tripped':
    'Um computador de {{name}} pediu para excluir mais do que o habitual do conjunto de backup "{{set}}". Nada mais é excluído nem apagado de vez até alguém retomar; o que foi excluído está na lixeira. Pergunte se a retenção foi reduzida. Se não, remova o computador e desfaça: "{{- command}}".',
  'alert.approval-requested':
    '{{by}} pede a aprovação de um segundo administrador: {{- what}}. Outro aprova ou recusa até {{until}}: "{{- command}}". Se nenhum de vocês pediu, recuse: outra pessoa administra o seu servidor.',
  'approval.reset-factors': 'redefinir os segundos fatores de "{{about}}"',
  'approval.loosen-policy': 'deixar um só administrador fazer o que exige dois no grupo "{{about}}"',
  'approval.move-user': 'mover "{{about}}" para um grupo em que um administrador basta',
  'approval.switch-to-mobile': 'apagar todos os telefones ao passar para o modo mobile',
  'alert.two-administrators-off':
    '{{by}} desligou o que exige dois administradores no grupo "{{group}}": {{settings}}.',
  'alert.administrator-changed':
    '{{- sentence}} Por {{hours, number}} horas esta conta não vale como segunda pessoa para uma aprovação. Se nenhum de vocês quis isso, suspenda-a: "{{- command}}".',
  'administrator-changed.created': '{{by}} criou a conta de administrador "{{name}}".',
  'administrator-changed.role': '{{by}} mudou a função do administrador "{{name}}".',
  'administrator-changed.factors': '{{by}} redefiniu os segundos fatores do administrador "{{name}}".',
  'administrator-changed.phone': '{{by}} inseriu um telefone para o administrador "{{name}}".',
  'administrator-changed.reopened': '{{by}} reabriu a conta do administrador "{{name}}".',
  'administrator-changed.password': '{{by}} substituiu a senha do administrador "{{name}}".',
  'approval.delete-user': 'excluir a conta "{{about}}" e todos os seus backups',
  'approval.purge-trash': 'apagar backups excluídos de "{{about}}" antes do fim do bloqueio de retenção',
  'alert.all-sessions-ended':
    '{{by}} encerrou a sessão de todos e a confiança em todos os computadores. Os backups agendados continuam.',
  'alert.account-closed':
    '{{by}} excluiu a conta "{{name}}": ela está fechada e será apagada com todos os seus backups depois de {{until}}. Até lá "{{- command}}" traz tudo de volta.',
  'alert.request-denied':
    '{{name}} recusou no telefone um pedido que não era seu. Ele veio de {{address}}: quem está lá sabe a senha.',
}
