import type { TFunction } from 'i18next'
import { isAppError, type ErrorCode } from '../../shared/errors.ts'

export interface ProblemWords {
  readonly title: string
  readonly text: string
}

/** The translation of a failure; where its details name a reason that people act on differently, of that reason. */
export function problemWords(t: TFunction, error: Error): ProblemWords {
  if (!isAppError(error)) return codeWords(t, 'UNEXPECTED')
  const reason = error.details?.['reason']
  if (reason === 'CLIENT_UNREACHABLE')
    return { title: t('problem.clientLost'), text: t('problem.clientLostText') }
  if (reason === 'PAGE_NOT_ENTERED')
    return { title: t('problem.notEntered'), text: t('problem.notEnteredText') }
  const words = codeWords(t, error.code)
  const advice = error.code === 'NO_METHOD_AVAILABLE' ? error.details?.['advice'] : undefined
  if (advice === 'register') return { ...words, text: t('problem.noMethodYet') }
  if (advice === 'sign-in-again') return { ...words, text: t('problem.noPasskeyYet') }
  const phoneReason = error.code === 'PHONE_REQUEST_ENDED' ? phoneReasons[String(reason)] : undefined
  if (phoneReason !== undefined) return { ...words, text: t(`push.${phoneReason}`) }
  const passkeyReason = isPasskeyCode(error.code) ? passkeyReasons[String(reason)] : undefined
  return passkeyReason === undefined ? words : { ...words, text: t(`passkey.${passkeyReason}`) }
}

function isPasskeyCode(code: ErrorCode): boolean {
  return code === 'PASSKEY_REFUSED' || code === 'HAND_OFF_ENDED'
}

const passkeyReasons: Readonly<
  Record<string, 'declined' | 'expired' | 'counter' | 'registered' | 'otherAddress'>
> = {
  declined: 'declined',
  expired: 'expired',
  counter: 'counter',
  registered: 'registered',
  'other-address': 'otherAddress',
}

const phoneReasons: Readonly<Record<string, 'expired' | 'wrongNumber'>> = {
  expired: 'expired',
  'wrong-number': 'wrongNumber',
}

export function codeWords(t: TFunction, code: ErrorCode): ProblemWords {
  return { title: t(`errors.${code}.title`), text: t(`errors.${code}.text`) }
}
