import { TextInput } from '@mantine/core'

interface LabelFieldProps {
  readonly label: string
  readonly example?: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** What its owner calls a method, so that several can be told apart; may stay empty. */
export function LabelField({ label, example, value, onChange }: LabelFieldProps) {
  return (
    <TextInput
      label={label}
      placeholder={example}
      value={value}
      maxLength={60}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** The name as a part of what is sent: none where nothing was typed. */
export function labelled(typed: string): { label?: string } {
  const label = typed.trim()
  return label === '' ? {} : { label }
}
