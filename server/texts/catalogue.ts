import type { en } from './en.ts'

/** The forms of a counted text, by CLDR; each language has some of them. */
export const pluralForms = ['zero', 'one', 'two', 'few', 'many', 'other'] as const
type PluralForm = (typeof pluralForms)[number]

type EnglishKey = keyof typeof en
/** A text that depends on `count`, without the ends of its forms. */
type CountedKey = EnglishKey extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never
type PlainKey = Exclude<EnglishKey, `${CountedKey}_${PluralForm}`>
export type TextKey = PlainKey | CountedKey

/** All texts in one language by their keys. That each has its language's forms and its values is what texts.test.ts checks. */
export type Catalogue = Readonly<
  Record<PlainKey | `${CountedKey}_other`, string> & Partial<Record<`${CountedKey}_${PluralForm}`, string>>
>

type NameIn<Inside extends string> = Inside extends `- ${infer Name}`
  ? Name
  : Inside extends `${infer Name}, ${string}`
    ? Name
    : Inside
type NamesIn<Text extends string> = Text extends `${string}{{${infer Inside}}}${infer Rest}`
  ? NameIn<Inside> | NamesIn<Rest>
  : never
type EnglishOf<K extends TextKey> = K extends CountedKey
  ? (typeof en)[`${K}_other`]
  : K extends PlainKey
    ? (typeof en)[K]
    : never

/** What a text needs: its values by name, or nothing. */
export type ValuesOf<K extends TextKey> = [NamesIn<EnglishOf<K>>] extends [never]
  ? []
  : [values: Readonly<Record<NamesIn<EnglishOf<K>>, string | number>>]
