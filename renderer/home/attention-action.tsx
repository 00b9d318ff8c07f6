import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { StopRecoveryButton } from '../account/pending-recovery-note.tsx'
import { shownError, useAct } from '../client/use-act.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf, type Route } from '../router/route.ts'
import type { BackupSetId } from '../../shared/model/ids.ts'
import { go } from '../router/use-route.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useStepUp } from '../step-up/step-up-context.ts'
import type { Attention } from './attention.ts'

/** The button beside a thing that needs attention. */
export function AttentionAction({ item }: { item: Attention }) {
  const { t } = useTranslation()
  const label = t(`attention.${item.kind}.action`)
  switch (item.kind) {
    case 'recovery':
      return <StopRecoveryButton />
    case 'failed':
    case 'held-up':
    case 'never-ran':
    case 'overdue':
      return <BackUpButton label={label} backupSetId={item.set.id} />
    case 'incomplete':
      return <GoButton label={label} route={{ screen: 'run', jobRunId: item.run.id }} />
    case 'brake':
      return <SetButton request="sets.resumeBrake" label={label} backupSetId={item.set.id} />
    case 'being-deleted':
      return <SetButton request="sets.undelete" label={label} backupSetId={item.set.id} />
    case 'no-computer':
      return <SetButton request="sets.adopt" label={label} backupSetId={item.set.id} />
    case 'paused':
    case 'no-schedule':
      return <GoButton label={label} route={{ screen: 'set', backupSetId: item.set.id }} />
    case 'key-missing':
      return <GoButton label={label} route={{ screen: 'recover' }} />
    case 'kit-not-confirmed':
      return <GoButton label={label} route={{ screen: 'account' }} />
    case 'secret-store':
    case 'engine-missing':
      return <GoButton label={label} route={{ screen: 'settings' }} />
    case 'not-enrolled':
      return <EnrolComputerButton label={label} />
    case 'limited-session':
      return <ProveButton label={label} />
    case 'legacy-session':
      return <SignOutButton label={label} />
  }
}

function GoButton({ label, route }: { label: string; route: Route }) {
  return (
    <Button component="a" href={hashOf(route)} variant="default">
      {label}
    </Button>
  )
}

export function BackUpButton({ label, backupSetId }: { label: string; backupSetId: BackupSetId }) {
  const start = useAct('backup.start', {
    changes: ['app.status'],
    onDone: ({ jobRunId }) => go({ screen: 'run', jobRunId }),
  })
  const error = shownError(start.error)
  return (
    <>
      <Button loading={start.isPending} onClick={() => start.mutate({ backupSetId })}>
        {label}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

interface SetButtonProps {
  readonly request: 'sets.resumeBrake' | 'sets.undelete' | 'sets.adopt'
  readonly label: string
  readonly backupSetId: BackupSetId
}

function SetButton({ request, label, backupSetId }: SetButtonProps) {
  const act = useAct(request, { changes: ['sets.list', 'app.status'] })
  const error = shownError(act.error)
  return (
    <>
      <Button variant="default" loading={act.isPending} onClick={() => act.mutate({ backupSetId })}>
        {label}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function EnrolComputerButton({ label }: { label: string }) {
  const enrol = useAct('devices.enrol', { changes: ['app.status', 'devices.list'] })
  const error = shownError(enrol.error)
  return (
    <>
      <Button variant="default" loading={enrol.isPending} onClick={() => enrol.mutate({})}>
        {label}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

/** The second factor is set up while signing in. */
function SignOutButton({ label }: { label: string }) {
  const signOut = useAct('signIn.signOut', { changes: ['app.status'] })
  const error = shownError(signOut.error)
  return (
    <>
      <Button loading={signOut.isPending} onClick={() => signOut.mutate({})}>
        {label}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function ProveButton({ label }: { label: string }) {
  const { prove } = useStepUp()
  const queries = useQueryClient()
  return (
    <Button
      variant="default"
      onClick={() =>
        void prove({ kind: 'change-settings' }).then(
          () => queries.invalidateQueries({ queryKey: ['account.me'] }),
          // Declining is an answer too; other failures were shown in the dialog.
          () => undefined,
        )
      }
    >
      {label}
    </Button>
  )
}
