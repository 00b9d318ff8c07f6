import type { AuthenticatorWords } from '../page-words.ts'

export const ptBr: AuthenticatorWords = {
  appTitle: 'Autenticador Holdfast',
  pairTitle: 'Vincular este telefone?',
  pairText:
    'Sua conta passará a perguntar a este telefone quando alguém entrar. Continue apenas se você acabou de ler o código na sua própria tela.',
  pair: 'Vincular este telefone',
  notNow: 'Agora não',
  pairAddress: 'Endereço de vinculação',
  pairAddressText: 'Se não puder ler o código aqui, cole o endereço que o Holdfast mostra ao lado.',
  aPhone: 'Telefone',
  requestTitle: 'É você?',
  pairingTitle: 'Confirmar a vinculação',
  number: 'Número na outra tela',
  numberText: 'Digite os dois algarismos que o Holdfast mostra lá.',
  approve: 'Aprovar',
  idleTitle: 'Nada à espera',
  idleText:
    'Os pedidos aparecem aqui enquanto esta página estiver aberta. Adicione-a à tela inicial para tê-la à mão.',
  unpairedTitle: 'Este telefone não está vinculado',
  unpairedText: 'No Holdfast, adicione um telefone aos seus métodos de entrada e leia o código mostrado.',
  accounts: 'Contas vinculadas',
  notify: 'Avisar-me dos pedidos',
  notifyOff: 'Desativar avisos',
  notifyBlocked: 'Os avisos não funcionam aqui: estão bloqueados para esta página ou o navegador não os tem.',
  notifyUnknown:
    'Este servidor não envia ao serviço de avisos do seu navegador. Os pedidos aparecem aqui mesmo assim.',
  unpair: 'Remover',
  unpairAsk: 'Remover {account} deste telefone?',
  lastMethod: 'Este telefone é o único método dessa conta. Adicione outro no Holdfast primeiro.',
  removed: 'não está mais vinculado',
  approvedText: 'Aprovado. Volte ao Holdfast.',
  deniedText: 'Negado. Se não foi você quem começou, alguém sabe sua senha: troque-a agora.',
  wrongNumber: 'Era outro número. O pedido terminou; peça de novo no Holdfast.',
  noKeys: 'Este navegador não consegue guardar uma chave. Use um navegador atual e nenhuma janela privada.',
  notice: 'Um pedido espera por você.',
  'purpose.enrol': 'Um telefone será vinculado a esta conta.',
  'purpose.password-reset': 'Alguém quer definir uma nova senha para esta conta.',
  onlyIfYouPhone: 'Aprove apenas se você mesmo começou isto agora, no computador indicado acima.',
  otherNetwork:
    'Este pedido vem de outra rede que a deste telefone. Com dados móveis é comum; caso contrário, olhe duas vezes.',
}
