import { Select, TextInput } from '@mantine/core'
import {
  AsYouType,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/min'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface PhoneNumberFieldsProps {
  readonly hint?: string
  /** The number in E.164, or null while what is typed can be none. */
  readonly onNumber: (number: string | null) => void
}

/** A phone number as people know it: the country, then the number the way they would dial it. */
export function PhoneNumberFields({ hint, onNumber }: PhoneNumberFieldsProps) {
  const { t, i18n } = useTranslation()
  const [country, setCountry] = useState<CountryCode>(homeCountry)
  const [typed, setTyped] = useState('')
  const countries = useMemo(() => countryChoices(i18n.language), [i18n.language])
  const tell = (text: string, of: CountryCode) => {
    const number = parsePhoneNumberFromString(text, of)
    onNumber(number?.isPossible() === true ? number.number : null)
  }
  return (
    <>
      <Select
        label={t('enrol.sms.country')}
        data={countries}
        value={country}
        onChange={(value) => {
          if (value === null) return
          setCountry(value)
          tell(typed, value)
        }}
        searchable
        allowDeselect={false}
        nothingFoundMessage={t('common.nothingFound')}
      />
      <TextInput
        label={t('enrol.sms.number')}
        description={hint}
        type="tel"
        autoComplete="tel"
        dir="ltr"
        value={typed}
        maxLength={32}
        onChange={(event) => {
          const text = new AsYouType(country).input(event.currentTarget.value)
          setTyped(text)
          tell(text, country)
        }}
        leftSection={typed.startsWith('+') ? undefined : `+${getCountryCallingCode(country)}`}
        leftSectionWidth={typed.startsWith('+') ? undefined : 64}
      />
    </>
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
