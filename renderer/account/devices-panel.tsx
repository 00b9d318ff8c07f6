import { Badge, Button, Text } from '@mantine/core'
import { IconDeviceDesktop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Device } from '../../shared/model/account.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** The computers that may back up by themselves. */
export function DevicesPanel({ thisDeviceId }: { thisDeviceId: DeviceId | null }) {
  const { t } = useTranslation()
  const query = useAsk('devices.list', {})
  const enrol = useAct('devices.enrol', { changes: ['devices.list', 'app.status'] })
  const error = shownError(enrol.error)
  return (
    <Section
      title={t('devices.title')}
      text={t('devices.text')}
      actions={
        thisDeviceId === null && (
          <Button loading={enrol.isPending} onClick={() => enrol.mutate({})}>
            {t('devices.enrolThis')}
          </Button>
        )
      }
    >
      {error !== null && <ProblemNote error={error} />}
      <Asked query={query}>
        {({ devices }) =>
          devices.length === 0 ? (
            <Text c="dimmed">{t('devices.none')}</Text>
          ) : (
            <ul className="hf-list">
              {activeFirst(devices).map((device) => (
                <li key={device.id}>
                  <DeviceLine device={device} isThis={device.id === thisDeviceId} />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Section>
  )
}

function DeviceLine({ device, isThis }: { device: Device; isThis: boolean }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const revoke = useAct('devices.revoke', { changes: ['devices.list', 'app.status', 'sets.list'] })
  const untrust = useAct('devices.untrust', { changes: ['devices.list'] })
  const isTrusted = device.trustedUntil !== null && Date.parse(device.trustedUntil) > nowMs
  const error = shownError(revoke.error) ?? shownError(untrust.error)
  const facts = [
    device.platform,
    device.revokedAt === null
      ? device.lastSeenAt === null
        ? null
        : t('devices.seen', { when: formats.relative(device.lastSeenAt, nowMs) })
      : t('devices.revokedOn', { date: formats.dateTime(device.revokedAt) }),
    device.lastAddress,
    device.trustedUntil !== null && Date.parse(device.trustedUntil) > nowMs
      ? t('devices.trusted', { when: formats.relative(device.trustedUntil, nowMs) })
      : null,
  ].filter((fact) => fact !== null)
  return (
    <>
      <span className="hf-row-icon" data-off={device.revokedAt !== null}>
        <IconDeviceDesktop size={22} stroke={1.6} aria-hidden />
      </span>
      <div className="hf-grow">
        <Text fw={600} size="sm" className="hf-wrap">
          {device.name}{' '}
          {isThis && (
            <Badge size="sm" variant="light" tt="none">
              {t('devices.this')}
            </Badge>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      {isTrusted && (
        <ConfirmButton
          label={t('devices.untrust')}
          ariaLabel={t('devices.untrustName', { name: device.name })}
          title={t('devices.untrustTitle', { name: device.name })}
          text={t('devices.untrustText')}
          confirmLabel={t('devices.untrust')}
          isBusy={untrust.isPending}
          onConfirm={() => untrust.mutate({ deviceId: device.id })}
        />
      )}
      {device.revokedAt === null && (
        <ConfirmButton
          label={t('devices.revoke')}
          ariaLabel={t('devices.revokeName', { name: device.name })}
          title={t('devices.revokeTitle', { name: device.name })}
          text={t('devices.revokeText')}
          confirmLabel={t('devices.revoke')}
          isBusy={revoke.isPending}
          onConfirm={() => revoke.mutate({ deviceId: device.id })}
        />
      )}
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function activeFirst(devices: readonly Device[]): Device[] {
  return [...devices].sort((a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null))
}
