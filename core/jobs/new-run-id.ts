import { randomBytes } from 'node:crypto'
import { jobRunIdSchema, type JobRunId } from '../../shared/model/ids.ts'

export function newJobRunId(): JobRunId {
  return jobRunIdSchema.parse(`run_${randomBytes(16).toString('base64url')}`)
}
