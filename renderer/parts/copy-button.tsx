import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '../client/services.tsx'

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation()
  const { host } = useServices()
  const [isCopied, setCopied] = useState(false)
  const label = t(isCopied ? 'common.copied' : 'common.copy')
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        aria-label={label}
        onClick={() => void host.copyText(text).then(() => setCopied(true))}
      >
        {isCopied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
