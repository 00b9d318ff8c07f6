import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Factor } from '../../shared/model/account.ts'
import { phoneChannelSchema, type CodeMethod, type PhoneChannel } from '../../shared/model/policy.ts'
import type { ClientStep, Enrolment, MethodOption, Operation } from '../../shared/model/sign-in.ts'
import {
  fakeBackupCodes,
  passcodePrefix,
  rightBackupCode,
  rightCode,
  rightRecoveryNumber,
  rightResetCode,
  signedInStatus,
  type FakeDeps,
} from './fake-state.ts'
import { needGrant } from './fake-account.ts'
import { challengeId, factorId } from './fake-data.ts'

type Handlers = Pick<
  ClientHandlers,
  | Extract<keyof ClientHandlers, `signIn.${string}` | `stepUp.${string}` | `transaction.${string}`>
  | 'factors.enrol'
  | 'recovery.setPhone'
  | 'account.setEmail'
  | 'password.startReset'
>

interface Open {
  readonly operation: Operation | null
  readonly isEnrolment: boolean
  factor: Factor | null
  /** How the passcode reaches a phone. */
  channel: PhoneChannel
  enrolment: Enrolment | null
  /** What a right passcode does that proves no method. */
  contact: 'recovery' | 'recovery-phone' | 'email' | null
  isReset: boolean
  triesLeft: number
  resendsLeft: number
  sentAtMs: number
}

/** The state machine of ARCHITECTURE §4, small: enough to walk every branch of the interface. */
export function fakeSignInHandlers({ state, clock, emit }: FakeDeps): Handlers {
  let open: Open | null = null
  let challenges = 0
  let stopWaiting = (): void => undefined

  const begin = (operation: Operation | null, isEnrolment = false): Open => {
    open = {
      operation,
      isEnrolment,
      factor: null,
      channel: 'sms',
      enrolment: null,
      contact: null,
      isReset: false,
      triesLeft: 5,
      resendsLeft: 3,
      sentAtMs: 0,
    }
    return open
  }
  const current = (): Open => {
    if (open === null) throw new AppError('SIGN_IN_ENDED', 'Over.', { details: { reason: 'expired' } })
    return open
  }
  const phoneChannels = (): PhoneChannel[] =>
    phoneChannelSchema.options.filter((each) => state.policy.methods.includes(each))
  const options = (): MethodOption[] =>
    state.account.factors
      .filter((factor) => state.secondFactor !== 'only-phone' || factor.label === 'My phone')
      .flatMap(({ id, ...factor }) =>
        (factor.method === 'sms' ? phoneChannels() : [factor.method]).map((method) => ({
          factorId: id,
          ...factor,
          method,
        })),
      )
      .sort((a, b) => Date.parse(b.lastUsedAt ?? '1970-01-01') - Date.parse(a.lastUsedAt ?? '1970-01-01'))
  const choose = (): ClientStep => {
    const all = options()
    const only = all[0]
    const canRecover = state.recoveryPhone && open?.operation === null && !open.isReset
    if (all.length === 1 && only !== undefined && !canRecover) return send(only.factorId)
    return { kind: 'choose-method', options: all, ...(canRecover ? { canRecover } : {}) }
  }
  const send = (id: MethodOption['factorId'], channel: PhoneChannel = 'sms'): ClientStep => {
    const factor = state.account.factors.find((each) => each.id === id)
    if (factor === undefined) throw new AppError('NOT_FOUND', 'No such factor.')
    const transaction = current()
    transaction.factor = factor
    transaction.channel = channel
    transaction.triesLeft = 5
    transaction.sentAtMs = clock.nowMs()
    challenges++
    return enterCode(transaction)
  }
  const challengeOf = (transaction: Open, method: CodeMethod, label: string, destination: string | null) => ({
    challengeId: challengeId(String(challenges)),
    method,
    label,
    maskedDestination: destination,
    prefix: isSent(method) ? passcodePrefix : null,
    codeLength: method === 'backup-code' ? 11 : 6,
    expiresAt: isoOf(transaction.sentAtMs + 5 * 60_000),
    triesLeft: transaction.triesLeft,
    resendAvailableAt: isSent(method) ? isoOf(transaction.sentAtMs + 30_000) : null,
    resendsLeft: isSent(method) ? transaction.resendsLeft : null,
    canChooseAnother: options().length > 1 || transaction.enrolment !== null,
    channels: method === 'sms' || method === 'voice' ? phoneChannels() : [],
  })
  const passkeyStep = (kind: 'use-passkey' | 'register-passkey', label: string): ClientStep => ({
    kind,
    passkey: {
      challengeId: challengeId(String(challenges)),
      label,
      ways: [...state.passkeyWays],
      expiresAt: isoOf(clock.nowMs() + 10 * 60_000),
      canChooseAnother: options().length > 1 || current().enrolment !== null,
    },
  })
  const phoneStep = (kind: 'approve-on-phone' | 'pair-phone', label: string): ClientStep => ({
    kind,
    approval: {
      challengeId: challengeId(String(challenges)),
      label,
      number: String(46 + challenges),
      address: `https://backup.example.com/authenticator${kind === 'pair-phone' ? `#${'t'.repeat(43)}` : ''}`,
      expiresAt: isoOf(clock.nowMs() + 2 * 60_000),
      pollSeconds: 2,
      canChooseAnother: options().length > 1 || current().enrolment !== null,
    },
  })
  const enterCode = (transaction: Open): ClientStep => {
    const { contact, factor, enrolment } = transaction
    if (contact !== null && enrolment === null) {
      return {
        kind: 'enter-code',
        challenge: challengeOf(transaction, 'sms', 'Recovery phone', '+4••••••••9942'),
      }
    }
    if (enrolment?.method === 'passkey') return passkeyStep('register-passkey', enrolment.label ?? 'Passkey')
    if (enrolment === null && factor?.method === 'passkey') return passkeyStep('use-passkey', factor.label)
    if (enrolment?.method === 'push') return phoneStep('pair-phone', enrolment.label ?? '')
    if (enrolment === null && factor?.method === 'push') return phoneStep('approve-on-phone', factor.label)
    if (enrolment?.method === 'totp') {
      return {
        kind: 'pair-authenticator',
        challenge: challengeOf(transaction, 'totp', enrolment.label ?? 'Authenticator', null),
        otpauthUri: 'otpauth://totp/Holdfast:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Holdfast',
        secretBase32: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        issuer: 'Holdfast',
        accountName: 'anna',
        app: state.policy.app,
      }
    }
    if (enrolment !== null) {
      const isMail = enrolment.method === 'email'
      const label = enrolment.label ?? (isMail ? 'E-mail' : 'Phone')
      const method = isMail ? 'email' : transaction.channel
      return {
        kind: 'enter-code',
        challenge: challengeOf(transaction, method, label, newDestination(enrolment)),
      }
    }
    if (factor === null || factor.method === 'passkey' || factor.method === 'push')
      throw new Error('No code was asked for.')
    const method = factor.method === 'sms' ? transaction.channel : factor.method
    return {
      kind: 'enter-code',
      challenge: challengeOf(transaction, method, factor.label, factor.maskedDestination),
    }
  }
  const afterPassword = (): ClientStep => {
    switch (state.secondFactor) {
      case 'change-password':
        return { kind: 'change-password' }
      case 'legacy':
        return { kind: 'offer-legacy', until: isoOf(clock.nowMs() + 14 * 86_400_000) }
      case 'must-enrol':
        return { kind: 'must-enrol', methods: [...state.policy.methods] }
      case 'offer':
        return {
          kind: 'offer-enrolment',
          methods: [...state.policy.methods],
          canDismiss: state.policy.compulsoryFrom === null,
          compulsoryFrom: state.policy.compulsoryFrom,
        }
      case 'none':
        return signedIn(null)
      case 'challenge':
      case 'only-phone':
        return choose()
    }
  }
  const signedIn = (backupCodes: string[] | null): ClientStep => {
    open = null
    const session = signedInStatus(clock.nowMs()).session
    state.status = { ...state.status, session, loginName: 'anna' }
    emit('session.changed', { isSignedIn: true })
    return { kind: 'signed-in', scope: 'full', expiresAt: session?.expiresAt ?? '', backupCodes }
  }
  const finish = (transaction: Open): ClientStep => {
    if (transaction.contact === 'email') {
      open = null
      state.hasEmail = true
      return { kind: 'contact-proven', contact: 'email', maskedDestination: 'an•••@example.com' }
    }
    if (transaction.contact === 'recovery-phone') {
      open = null
      state.recoveryPhone = true
      return { kind: 'contact-proven', contact: 'recovery-phone', maskedDestination: '+4••••••••9942' }
    }
    if (transaction.contact === 'recovery' && transaction.enrolment === null) {
      if (state.isRecoveryReady) return { kind: 'must-enrol', methods: ['sms', 'totp', 'backup-code'] }
      open = null
      const nowMs = clock.nowMs()
      return {
        kind: 'recovery-waiting',
        readyAt: isoOf(nowMs + 72 * 3_600_000),
        endsAt: isoOf(nowMs + 144 * 3_600_000),
      }
    }
    if (transaction.isReset) return { kind: 'change-password' }
    if (transaction.operation !== null) {
      state.grants.add(transaction.operation.kind)
      open = null
      return { kind: 'granted', operation: transaction.operation, expiresAt: isoOf(clock.nowMs() + 600_000) }
    }
    if (transaction.isEnrolment) {
      open = null
      const factor = newFactor(transaction.enrolment, clock.nowMs())
      state.account.factors = [...state.account.factors, factor]
      return { kind: 'enrolled', factor, backupCodes: null }
    }
    return signedIn(transaction.enrolment === null ? null : [...fakeBackupCodes])
  }

  return {
    'signIn.start': ({ loginName, password }) => {
      if (loginName !== 'anna' || password !== 'correct horse') throw new AppError('SIGN_IN_FAILED', 'No.')
      begin(null)
      return Promise.resolve({ step: afterPassword() })
    },
    'signIn.signOut': () => {
      state.status = { ...state.status, session: null }
      emit('session.changed', { isSignedIn: false })
      return Promise.resolve({ done: true })
    },
    'stepUp.start': ({ operation }) => {
      begin(operation)
      return Promise.resolve({ step: choose() })
    },
    'factors.enrol': (enrolment) => {
      if (state.isGuarded && !state.grants.delete('change-factors')) {
        throw new AppError('STEP_UP_REQUIRED', 'Prove it.', { details: { operation: 'change-factors' } })
      }
      const transaction = begin(null, true)
      transaction.enrolment = enrolment
      transaction.channel = enrolment.method === 'voice' ? 'voice' : 'sms'
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'recovery.setPhone': () => {
      needGrant(state, 'change-factors')
      const transaction = begin(null)
      transaction.contact = 'recovery-phone'
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'account.setEmail': () => {
      needGrant(state, 'change-factors')
      const transaction = begin(null)
      transaction.contact = 'email'
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'password.startReset': ({ resetCode }) => {
      if (resetCode !== rightResetCode) throw new AppError('PASSCODE_WRONG', 'Not this code.')
      begin(null).isReset = true
      return Promise.resolve({ step: choose() })
    },
    'transaction.startRecovery': () => {
      current()
      return Promise.resolve({
        step: {
          kind: 'recover-by-phone',
          lastDigits: '42',
          waitHours: 72,
          isReady: state.isRecoveryReady,
        },
      })
    },
    'transaction.recoveryNumber': ({ phoneNumber }) => {
      const transaction = current()
      if (phoneNumber !== rightRecoveryNumber) {
        throw new AppError('PASSCODE_WRONG', 'Wrong.', { details: { triesLeft: --transaction.triesLeft } })
      }
      transaction.contact = 'recovery'
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'transaction.changePassword': () => {
      if (current().isReset) {
        open = null
        return Promise.resolve({ step: { kind: 'password-changed' } })
      }
      state.secondFactor = 'challenge'
      return Promise.resolve({ step: choose() })
    },
    'transaction.chooseMethod': ({ factorId: id, channel }) => Promise.resolve({ step: send(id, channel) }),
    'transaction.chooseAnother': () => {
      const transaction = current()
      transaction.contact = null
      if (state.secondFactor === 'legacy') {
        state.secondFactor = 'must-enrol'
        return Promise.resolve({ step: afterPassword() })
      }
      if (transaction.enrolment === null) return Promise.resolve({ step: choose() })
      transaction.enrolment = null
      return Promise.resolve({ step: afterPassword() })
    },
    'transaction.resend': ({ channel }) => {
      const transaction = current()
      transaction.channel = channel ?? transaction.channel
      transaction.resendsLeft--
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'transaction.prove': ({ code }) => {
      const transaction = current()
      const right = transaction.factor?.method === 'backup-code' ? rightBackupCode : rightCode
      if (clock.nowMs() >= transaction.sentAtMs + 5 * 60_000) throw new AppError('PASSCODE_EXPIRED', 'Late.')
      if (code === right) return Promise.resolve({ step: finish(transaction) })
      transaction.triesLeft--
      if (transaction.triesLeft === 0) {
        open = null
        throw new AppError('SIGN_IN_ENDED', 'Too many.', { details: { reason: 'too-many-tries' } })
      }
      throw new AppError('PASSCODE_WRONG', 'Wrong.', { details: { triesLeft: transaction.triesLeft } })
    },
    'transaction.startEnrolment': (enrolment) => {
      const transaction = current()
      transaction.enrolment = enrolment
      transaction.channel = enrolment.method === 'voice' ? 'voice' : 'sms'
      transaction.sentAtMs = clock.nowMs()
      challenges++
      return Promise.resolve({ step: enterCode(transaction) })
    },
    'transaction.skipEnrolment': () => {
      const step = signedIn(null)
      const session = state.account.sessions.find((each) => each.isCurrent)
      if (state.secondFactor === 'legacy' && session !== undefined) session.scope = 'legacy'
      return Promise.resolve({ step })
    },
    'transaction.startHandOff': ({ way }) =>
      Promise.resolve({
        address: `https://backup.example.com/passkey${way === 'this-computer' ? '#token' : ''}`,
        userCode: way === 'this-computer' ? null : 'WDJB-MJHT',
        expiresAt: isoOf(clock.nowMs() + 5 * 60_000),
      }),
    'transaction.awaitHandOff': () => {
      const transaction = current()
      if (state.browser === 'proves') return Promise.resolve({ step: finish(transaction) })
      if (state.browser === 'declines') throw handOffEnded('declined')
      return new Promise((_resolve, reject) => (stopWaiting = () => reject(handOffEnded('cancelled'))))
    },
    'transaction.cancelHandOff': () => {
      stopWaiting()
      return Promise.resolve({ done: true })
    },
    'transaction.awaitPhone': () => {
      const transaction = current()
      switch (state.phone) {
        case 'approves':
          return Promise.resolve({ step: finish(transaction) })
        case 'denies':
          open = null
          throw new AppError('SIGN_IN_ENDED', 'Denied.', { details: { reason: 'denied' } })
        case 'wrong-number':
        case 'expired':
          throw new AppError('PHONE_REQUEST_ENDED', 'Over.', { details: { reason: state.phone } })
        case 'waits':
          return new Promise(() => undefined)
      }
    },
    'transaction.askPhone': () => {
      challenges++
      return Promise.resolve({ step: enterCode(current()) })
    },
    'transaction.stopAwaitingPhone': () => Promise.resolve({ done: true }),
    'transaction.cancel': () => {
      open = null
      return Promise.resolve({ done: true })
    },
  }
}

function isSent(method: CodeMethod): boolean {
  return method === 'sms' || method === 'voice' || method === 'email'
}

function newDestination(enrolment: Enrolment | null): string | null {
  if (enrolment === null || !('phoneNumber' in enrolment || 'emailAddress' in enrolment)) return null
  return enrolment.method === 'email' ? 'an•••@example.org' : '+4••••••••4711'
}

function handOffEnded(reason: string): AppError {
  return new AppError('HAND_OFF_ENDED', 'Over.', { details: { reason } })
}

function newFactor(enrolment: Enrolment | null, nowMs: number): Factor {
  return {
    id: factorId('fresh'),
    method: enrolment?.method === 'voice' ? 'sms' : (enrolment?.method ?? 'totp'),
    label: enrolment?.label ?? 'Phone',
    maskedDestination: newDestination(enrolment),
    isProven: true,
    addedAt: isoOf(nowMs),
    lastUsedAt: null,
    codesLeft: null,
  }
}
