import {
  IconDeviceMobileCheck,
  IconDeviceMobileMessage,
  IconFingerprint,
  IconKey,
  IconListNumbers,
  IconMail,
  IconPhoneCall,
  IconShieldLock,
} from '@tabler/icons-react'

/** A method that this version does not know yet is still shown, with a general sign. */
export function MethodIcon({ method, size = 22 }: { method: string; size?: number }) {
  const props = { size, stroke: 1.6, 'aria-hidden': true } as const
  if (method === 'sms') return <IconDeviceMobileMessage {...props} />
  if (method === 'voice') return <IconPhoneCall {...props} />
  if (method === 'email') return <IconMail {...props} />
  if (method === 'passkey') return <IconFingerprint {...props} />
  if (method === 'push') return <IconDeviceMobileCheck {...props} />
  if (method === 'totp') return <IconShieldLock {...props} />
  if (method === 'backup-code') return <IconListNumbers {...props} />
  return <IconKey {...props} />
}
