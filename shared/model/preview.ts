import { z } from 'zod'
import { leftOutSchema } from './job-run.ts'
import { nodeKindSchema } from './snapshot.ts'

/** Chosen at random by the interface that asks, so that it can follow and cancel what it asked for. */
export const previewIdSchema = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/)

/** How far a preview is; told a few times a second while it is made. */
export const previewProgressSchema = z.object({
  previewId: previewIdSchema,
  fileCount: z.number().int(),
  sizeBytes: z.number().int(),
  /** 0–1; null while unknown. */
  doneFraction: z.number().nullable(),
})
export type PreviewProgress = z.infer<typeof previewProgressSchema>

/** Something that an exclusion leaves out; of a folder all that is in it. */
export const excludedSchema = z.object({
  path: z.string(),
  kind: nodeKindSchema,
  /** The exclusion that it matches. */
  pattern: z.string(),
  fileCount: z.number().int(),
  sizeBytes: z.number().int(),
})
export type Excluded = z.infer<typeof excludedSchema>

/** What chosen sources and exclusions amount to on this computer, without reading a file's content. */
export const selectionSchema = z.object({
  fileCount: z.number().int(),
  folderCount: z.number().int(),
  sizeBytes: z.number().int(),
  unreadableCount: z.number().int(),
  /** The first 100. */
  unreadable: z.array(leftOutSchema),
  /** Sources that are not there. */
  missing: z.array(z.string()),
  excludedFileCount: z.number().int(),
  excludedSizeBytes: z.number().int(),
  /** How many files and folders an exclusion matches itself; `excluded` has the first 200. */
  excludedCount: z.number().int(),
  excluded: z.array(excludedSchema),
  /** False when there was more than is looked at for an estimate: then every number is "at least". */
  isWhole: z.boolean(),
})
export type Selection = z.infer<typeof selectionSchema>

/** What a backup of a set would do now. */
export const dryRunSchema = z.object({
  filesNew: z.number().int(),
  filesChanged: z.number().int(),
  filesUnmodified: z.number().int(),
  bytesProcessed: z.number().int(),
  /** What the storage would grow by, before compression. */
  bytesAdded: z.number().int(),
  /** New and changed files; the first 1,000. */
  changes: z.array(
    z.object({ path: z.string(), change: z.enum(['new', 'changed']), sizeBytes: z.number().int() }),
  ),
  leftOutCount: z.number().int(),
  /** The first 1,000. */
  leftOut: z.array(leftOutSchema),
  /** Whether the set has no snapshot yet, so that everything is new. */
  isFirst: z.boolean(),
})
export type DryRun = z.infer<typeof dryRunSchema>

/** The content of one file of a snapshot, as far as it can be shown. */
export const filePreviewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    /** Whether this is only the beginning. */
    isCut: z.boolean(),
    sizeBytes: z.number().int(),
  }),
  z.object({
    kind: z.literal('picture'),
    /** Found in the content. Nothing that can hold a script. */
    mediaType: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']),
    base64: z.string(),
    sizeBytes: z.number().int(),
  }),
  /** A picture beyond what is read into memory. */
  z.object({ kind: z.literal('too-large'), sizeBytes: z.number().int() }),
  z.object({ kind: z.literal('unknown'), sizeBytes: z.number().int() }),
])
export type FilePreview = z.infer<typeof filePreviewSchema>
