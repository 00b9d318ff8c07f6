import { Modal, Stack, Text } from '@mantine/core'
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError, errorFrom, type Problem } from '../../shared/errors.ts'
import type { ClientStep, Operation } from '../../shared/model/sign-in.ts'
import { ask } from '../client/ask.ts'
import { operationFor } from '../client/operation-for.ts'
import { useServices } from '../client/services.tsx'
import { StepFlow } from '../sign-in/step-flow.tsx'
import { StepUpContext, type StepUp } from './step-up-context.ts'

interface Open {
  readonly operation: Operation
  readonly step: ClientStep
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Asks for a fresh second factor wherever a request inside needs one, in a dialog over what is there. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const { api } = useServices()
  const { t } = useTranslation()
  const [open, setOpen] = useState<Open | null>(null)
  const waiting = useRef<Waiting | null>(null)

  const prove = useCallback(
    async (operation: Operation) => {
      const { step } = await ask(api, 'stepUp.start', { operation })
      if (step.kind === 'granted') return
      // A second request cannot take over the dialog of the first: core has one transaction at a time.
      waiting.current?.reject(new AppError('CANCELLED', 'Another request asked for proof.'))
      await new Promise<void>((resolve, reject) => {
        waiting.current = { resolve, reject }
        setOpen({ operation, step })
      })
    },
    [api],
  )

  const stepUp = useMemo<StepUp>(
    () => ({
      prove,
      request: async (name, input) => {
        const first = await api.request(name, input)
        if (first.ok) return first.value
        const operation = neededOperation(first.problem, input)
        if (operation === undefined) throw errorFrom(first.problem)
        await prove(operation)
        return ask(api, name, input)
      },
    }),
    [api, prove],
  )

  const finish = (error: Error | null) => {
    const one = waiting.current
    waiting.current = null
    setOpen(null)
    if (error === null) one?.resolve()
    else one?.reject(error)
  }

  const decline = () => {
    void api.request('transaction.cancel', {})
    finish(new AppError('CANCELLED', 'The person closed the dialog.'))
  }

  return (
    <StepUpContext value={stepUp}>
      {children}
      {/* Without the library's header: over another dialog it would be a second banner of the page. */}
      <Modal.Root
        opened={open !== null}
        onClose={decline}
        closeOnClickOutside={false}
        lockScroll={false}
        size="md"
        // Over any dialog whose request needs the proof.
        zIndex={400}
      >
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body pt="md">
            <div className="hf-dialog-head">
              <Modal.Title>{t('stepUp.title')}</Modal.Title>
              <Modal.CloseButton aria-label={t('common.cancel')} />
            </div>
            {open !== null && (
              <Stack gap="md">
                <Text size="sm" c="dimmed">
                  {t(`stepUp.reason.${open.operation.kind}`)}
                </Text>
                <StepFlow
                  step={open.step}
                  isSignIn={false}
                  onStep={(step) => (step.kind === 'granted' ? finish(null) : setOpen({ ...open, step }))}
                  onEnded={(error) => finish(error)}
                />
              </Stack>
            )}
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </StepUpContext>
  )
}

function neededOperation(problem: Problem, input: object): Operation | undefined {
  if (problem.code !== 'STEP_UP_REQUIRED') return undefined
  return operationFor(problem.details?.['operation'], input)
}
