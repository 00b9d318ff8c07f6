/**
 * The digits of a passcode in what was typed or pasted, which may be the whole message:
 * "Holdfast: XYWD-581883 is your passcode, valid for 5 minutes". Digits of other scripts count too.
 */
export function passcodeFrom(text: string, codeLength: number, prefix: string | null): string {
  const plain = Array.from(text, plainDigit).join('')
  const afterPrefix = prefix === null ? null : new RegExp(`${prefix}\\s*[-–—]?\\s*(\\d{${codeLength}})`, 'iu')
  const whole = new RegExp(`(?<!\\d)(\\d{${codeLength}})(?!\\d)`, 'u')
  const found = afterPrefix?.exec(plain)?.[1] ?? whole.exec(plain)?.[1]
  // An authenticator shows "123 456": what is left are single digits with something between.
  return found ?? plain.replaceAll(/\D/gu, '').slice(0, codeLength)
}

const zeros = ['0', '٠', '۰', '０', '०'].map((zero) => zero.codePointAt(0) ?? 0)

function plainDigit(character: string): string {
  const point = character.codePointAt(0) ?? 0
  const zero = zeros.find((each) => point >= each && point <= each + 9)
  return zero === undefined ? character : String(point - zero)
}
