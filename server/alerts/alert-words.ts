import { assertNever } from '../../shared/errors.ts'
import type { Alert } from '../../shared/model/alert.ts'
import { newAdministratorHours, type ApprovalSubject } from '../../shared/model/approval.ts'
import { subjectText } from '../approvals/approval-words.ts'
import type { Texts } from '../texts/texts.ts'

/** What happened and what to do, in one or two sentences for a mail and a terminal. */
export function alertText(texts: Texts, { details, kind }: Pick<Alert, 'kind' | 'details'>): string {
  const { at, text } = texts
  const of = (name: string): string => String(details[name] ?? '?')
  const count = (name: string): number => Number(details[name])
  switch (kind) {
    case 'message-budget-near':
    case 'message-budget-reached':
    case 'country-budget-near':
    case 'country-budget-reached':
      return text(`alert.${kind}`, { about: of('about'), limit: count('limit') })
    case 'number-block-paused': {
      const counts = { numbers: count('numbers'), proven: count('proven'), hours: count('hours') }
      return text('alert.number-block-paused', { ...counts, block: of('block') })
    }
    case 'senders-changed':
      return text('alert.senders-changed', { by: of('by'), action: of('action'), name: of('name') })
    case 'sender-refused':
      return text('alert.sender-refused', { provider: of('provider'), channel: of('channel') })
    case 'legacy-sign-in': {
      const command = `holdfast-server user legacy ${of('loginName')} --never`
      return text('alert.legacy-sign-in', {
        name: of('loginName'),
        until: at(Date.parse(of('until'))),
        command,
      })
    }
    case 'trials-used-up':
      return text('alert.trials-used-up', { limit: count('limit') })
    case 'brake-tripped':
      return text('alert.brake-tripped', {
        name: of('loginName'),
        set: of('set'),
        command: `holdfast-server trash undo --repository ${of('repositoryId')}`,
      })
    case 'passkey-copied':
      return text('alert.passkey-copied', {
        label: of('label'),
        name: of('loginName'),
        address: of('address'),
      })
    case 'request-denied':
      return text('alert.request-denied', { name: of('loginName'), address: of('address') })
    case 'approval-requested': {
      const subject = { kind: details['subject'] as ApprovalSubject['kind'] }
      return text('alert.approval-requested', {
        by: of('by'),
        what: subjectText(texts, { about: of('about'), subject }),
        until: at(Date.parse(of('until'))),
        command: `holdfast-server approval show ${of('approvalId')}`,
      })
    }
    case 'two-administrators-off':
      return text('alert.two-administrators-off', {
        by: of('by'),
        group: of('group'),
        settings: of('settings'),
      })
    case 'administrator-changed': {
      const names = { by: of('by'), name: of('loginName') }
      return text('alert.administrator-changed', {
        sentence: text(`administrator-changed.${administratorChange(of('what'))}`, names),
        hours: newAdministratorHours,
        command: `holdfast-server user suspend ${of('loginName')}`,
      })
    }
    case 'all-sessions-ended':
      return text('alert.all-sessions-ended', { by: of('by') })
    case 'account-closed':
      return text('alert.account-closed', {
        by: of('by'),
        name: of('loginName'),
        until: at(Date.parse(of('until'))),
        command: `holdfast-server user undelete ${of('loginName')}`,
      })
    default:
      return assertNever(kind)
  }
}

type AdministratorChange = 'created' | 'role' | 'factors' | 'phone' | 'reopened' | 'password'

function administratorChange(what: string): AdministratorChange {
  const known = ['created', 'role', 'factors', 'phone', 'reopened'] as const
  return known.find((each) => each === what) ?? 'password'
}
