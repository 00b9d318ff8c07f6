/** The basic alphabet of text messages, and what counts as two characters in it (3GPP TS 23.038, 6.2.1). */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const extended = new Set('^{}\\[~]|€\f')

/** How a telephone network sends a text: in the basic alphabet or in Unicode, in how many messages. */
export function segmentsOf(text: string): { readonly isUnicode: boolean; readonly count: number } {
  const characters = Array.from(text)
  const isUnicode = !characters.every((each) => basic.has(each) || extended.has(each))
  const length = isUnicode
    ? text.length
    : characters.length + characters.filter((each) => extended.has(each)).length
  const [alone, inParts] = isUnicode ? [70, 67] : [160, 153]
  return { isUnicode, count: length <= alone ? 1 : Math.ceil(length / inParts) }
}
