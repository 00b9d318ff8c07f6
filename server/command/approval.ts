import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { Approval } from '../../shared/model/approval.ts'
import { approvalIdSchema, type ApprovalId } from '../../shared/model/ids.ts'
import { approve, cancelApproval } from '../approvals/approvals.ts'
import { listApprovals, readApproval } from '../approvals/approval-view.ts'
import { textsIn } from '../texts/texts.ts'
import { subjectText } from '../approvals/approval-words.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { table, timeText } from './table.ts'

const exampleId = 'apr_3q2-7wAAAAAAAAAAAAAAAA'

/** `approval`: what one administrator asked for and takes a second one. */
export function addApproval(program: Command, io: CommandIo): void {
  const approval = program
    .command('approval')
    .description('What one administrator asks for and a second one must agree to')

  common(
    approval
      .command('list')
      .description('What waits for an approval or for being carried out, newest first')
      .option('--all', 'also what is over'),
    'approval list',
    'approval list --all --json',
  ).action(async (options: CommonOptions & { all?: boolean }) => {
    const found = await withServer(options, io, ({ clock, store }) =>
      listApprovals(store.db, clock.nowMs(), null),
    )
    const isLive = ({ status }: Approval) => status === 'waiting' || status === 'approved'
    const approvals = options.all === true ? found : found.filter(isLive)
    const rows = approvals.map((each) => [
      each.id,
      subjectText(textsIn('en'), each),
      each.requestedBy,
      timeText(each.expiresAt),
      each.status,
      each.decidedBy,
    ])
    answer(
      io,
      options,
      { approvals },
      table(['ID', 'WHAT', 'ASKED BY', 'ENDS', 'STATUS', 'DECIDED BY'], rows),
    )
  })

  common(
    approval.command('show <approval-id>').description('One request: what exactly, by whom, until when'),
    `approval show ${exampleId}`,
  ).action(async (text: string, options: CommonOptions) => {
    const found = await withServer(options, io, ({ clock, store }) =>
      readApproval(store.db, clock.nowMs(), null, idOf(text)),
    )
    const rows = [
      ['what', subjectText(textsIn('en'), found)],
      ['asked by', found.requestedBy],
      ['asked at', timeText(found.requestedAt)],
      ['ends', timeText(found.expiresAt)],
      ['status', found.status],
      ['decided by', found.decidedBy],
      ['decided at', timeText(found.decidedAt)],
    ] as const
    answer(io, options, { approval: found }, table(['SETTING', 'VALUE'], rows))
  })

  const decision = (
    name: string,
    description: string,
    done: string,
    work: (deps: AdminDeps, id: ApprovalId, by: string) => Promise<Approval>,
  ): void => {
    common(
      approval.command(`${name} <approval-id>`).description(description),
      `approval ${name} ${exampleId}`,
    ).action(async (text: string, options: CommonOptions) => {
      const decided = await withServer(options, io, (deps) => work(deps, idOf(text), deps.by))
      answer(io, options, { approval: decided }, `${done}\n`)
    })
  }
  decision(
    'approve',
    'Agree as the second person; who asked can then carry it out, once',
    'Approved; who asked carries it out.',
    approve,
  )
  decision('refuse', 'Stop a request, also after it was approved', 'Refused.', cancelApproval)
}

function idOf(text: string): ApprovalId {
  const id = approvalIdSchema.safeParse(text)
  if (id.success) return id.data
  throw new AppError('NOT_FOUND', 'There is no such request.')
}
