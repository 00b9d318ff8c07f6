import type { CoreDeps } from '../core-deps.ts'
import type { Engine } from './engine.ts'

/** Core's parts and the restic in use. */
export interface EngineDeps extends CoreDeps {
  /** @throws AppError ENGINE_MISSING */
  engine(): Promise<Engine>
}
