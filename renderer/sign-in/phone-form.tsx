import { Anchor, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import {
  AsYouType,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/min'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { EnrolmentCall } from './enrol-method.tsx'
import { StepHeading } from './step-heading.tsx'

interface PhoneFormProps {
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: EnrolmentCall) => void
}

/** A phone number as people know it: the country, then the number the way they would dial it. */
export function PhoneForm({ isBusy, error, onBack, onEnrol }: PhoneFormProps) {
  const { t, i18n } = useTranslation()
  const [country, setCountry] = useState<CountryCode>(homeCountry)
  const [typed, setTyped] = useState('')
  const [label, setLabel] = useState('')
  const countries = useMemo(() => countryChoices(i18n.language), [i18n.language])
  const number = parsePhoneNumberFromString(typed, country)
  const isPossible = number?.isPossible() === true

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPossible) return
        onEnrol({
          method: 'sms',
          phoneNumber: number.number,
          ...(label.trim() === '' ? {} : { label: label.trim() }),
        })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('enrol.sms.title')}>{t('enrol.sms.how')}</StepHeading>
        <Select
          label={t('enrol.sms.country')}
          data={countries}
          value={country}
          onChange={(value) => {
            if (value !== null) setCountry(value)
          }}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('common.nothingFound')}
        />
        <TextInput
          label={t('enrol.sms.number')}
          type="tel"
          autoComplete="tel"
          dir="ltr"
          value={typed}
          maxLength={32}
          onChange={(event) => setTyped(new AsYouType(country).input(event.currentTarget.value))}
          leftSection={typed.startsWith('+') ? undefined : `+${getCountryCallingCode(country)}`}
          leftSectionWidth={typed.startsWith('+') ? undefined : 64}
        />
        <TextInput
          label={t('enrol.sms.label')}
          placeholder={t('enrol.sms.labelExample')}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Button type="submit" loading={isBusy} disabled={!isPossible}>
            {t('enrol.sms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function homeCountry(): CountryCode {
  const region = new Intl.Locale(navigator.language).maximize().region
  return getCountries().find((country) => country === region) ?? 'US'
}

function countryChoices(language: string): { value: CountryCode; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' })
  const compare = new Intl.Collator(language).compare
  return getCountries()
    .map((country) => ({
      value: country,
      label: `${names.of(country) ?? country} (+${getCountryCallingCode(country)})`,
    }))
    .sort((a, b) => compare(a.label, b.label))
}
