import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface ConfirmButtonProps {
  readonly label: string
  /** Names the thing for screen readers where the label alone stands in a list. */
  readonly ariaLabel?: string
  readonly title: string
  readonly text: ReactNode
  readonly confirmLabel: string
  readonly isBusy?: boolean
  /** For what is lost for good. */
  readonly isDanger?: boolean
  readonly onConfirm: () => void
}

/** A button for what is not easily undone: asks first, with what will happen. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        className={props.isDanger === true ? 'hf-danger hf-start' : 'hf-start'}
        loading={props.isBusy === true}
        aria-label={props.ariaLabel}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={props.title}
        closeButtonProps={{ 'aria-label': t('common.cancel') }}
      >
        <Stack gap="md">
          <Text size="sm">{props.text}</Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setOpen(false)} data-autofocus>
              {t('common.cancel')}
            </Button>
            <Button
              className="hf-danger-filled"
              onClick={() => {
                setOpen(false)
                props.onConfirm()
              }}
            >
              {props.confirmLabel}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
