import { assertNever } from '../../shared/errors.ts'
import type { Approval } from '../../shared/model/approval.ts'

/** What was asked for, in English: for a terminal and a mail to administrators. */
export function subjectText({
  about,
  subject,
}: {
  readonly about: Approval['about']
  readonly subject: Pick<Approval['subject'], 'kind'>
}): string {
  const name = `"${about ?? '?'}"`
  switch (subject.kind) {
    case 'reset-factors':
      return `reset the second factors of ${name}`
    case 'loosen-policy':
      return `let one administrator alone do what takes two in the group ${name}`
    case 'move-user':
      return `move ${name} to a group where one administrator is enough`
    case 'switch-to-mobile':
      return 'erase all telephones by switching to mobile mode'
    default:
      return assertNever(subject.kind)
  }
}
