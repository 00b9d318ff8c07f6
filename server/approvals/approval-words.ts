import type { Approval } from '../../shared/model/approval.ts'
import type { Texts } from '../texts/texts.ts'

/** What was asked for: for a terminal and a mail to administrators. */
export function subjectText(
  { text }: Texts,
  {
    about,
    subject,
  }: {
    readonly about: Approval['about']
    readonly subject: Pick<Approval['subject'], 'kind'>
  },
): string {
  const { kind } = subject
  return kind === 'switch-to-mobile'
    ? text('approval.switch-to-mobile')
    : text(`approval.${kind}`, { about: about ?? '?' })
}
