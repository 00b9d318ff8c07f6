import { z } from 'zod'

/** Languages that the interface speaks, and in which the server writes to people (BCP 47). */
export const languageSchema = z.enum(['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-CN', 'ar'])
/** As old servers write them, too. */
export const importedLanguageSchema = z.enum([...languageSchema.options, 'pt_BR', 'zh_CN'])
export const languages = languageSchema.options
export type Language = z.infer<typeof languageSchema>
