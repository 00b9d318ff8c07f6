import type { LeaseKind } from '../../shared/model/lease.ts'
import type { ObjectType } from '../store/tables.ts'

export type Verb = 'list' | 'size' | 'read' | 'add' | 'remove'

/**
 * - `yes`, `no`
 * - `metadata`: only packs that their writer declared to hold folders and no file data (metadata.ts)
 * - `metered`: those freely; others count against the small daily budget of the repository (read-budget.ts)
 * - `first`: only until the repository has its config, that is while restic initialises it
 * - `own`: locks of the same device; for leases of a session, of the same lease
 * - `trash`: moves to the trash until the retention lock ends
 */
export type Rule = 'yes' | 'no' | 'metadata' | 'metered' | 'first' | 'own' | 'trash'

function rules(list: Rule, size: Rule, read: Rule, add: Rule, remove: Rule): Readonly<Record<Verb, Rule>> {
  return { list, size, read, add, remove }
}

/**
 * What a lease may do with the objects of its repository. Everything else does not exist for it.
 *
 * Nothing ever changes an object: `add` refuses or leaves what is there. Keys and config are never removed,
 * because whoever removes them makes all backups unreadable at once.
 */
// prettier-ignore
export const storageRules: Readonly<
  Record<LeaseKind, Readonly<Record<ObjectType, Readonly<Record<Verb, Rule>>>>>
> = {
  //                list   size   read        add      remove
  backup: {
    config:    rules('yes', 'yes', 'yes',      'first', 'no'),
    keys:      rules('yes', 'yes', 'yes',      'first', 'no'),
    data:      rules('yes', 'yes', 'metered',  'yes',   'no'),
    index:     rules('yes', 'yes', 'yes',      'yes',   'no'),
    snapshots: rules('yes', 'yes', 'yes',      'yes',   'no'),
    locks:     rules('yes', 'yes', 'yes',      'yes',   'own'),
  },
  maintenance: {
    config:    rules('yes', 'yes', 'yes',      'first', 'no'),
    keys:      rules('yes', 'yes', 'yes',      'first', 'no'),
    data:      rules('yes', 'yes', 'metered',  'yes',   'trash'),
    index:     rules('yes', 'yes', 'yes',      'yes',   'trash'),
    snapshots: rules('yes', 'yes', 'yes',      'yes',   'trash'),
    locks:     rules('yes', 'yes', 'yes',      'yes',   'own'),
  },
  // The client reads without a lock (`--no-lock`).
  browse: {
    config:    rules('yes', 'yes', 'yes',      'no',    'no'),
    keys:      rules('yes', 'yes', 'yes',      'no',    'no'),
    data:      rules('yes', 'yes', 'metadata', 'no',    'no'),
    index:     rules('yes', 'yes', 'yes',      'no',    'no'),
    snapshots: rules('yes', 'yes', 'yes',      'no',    'no'),
    locks:     rules('yes', 'yes', 'yes',      'no',    'no'),
  },
  restore: {
    config:    rules('yes', 'yes', 'yes',      'no',    'no'),
    keys:      rules('yes', 'yes', 'yes',      'no',    'no'),
    data:      rules('yes', 'yes', 'yes',      'no',    'no'),
    index:     rules('yes', 'yes', 'yes',      'no',    'no'),
    snapshots: rules('yes', 'yes', 'yes',      'no',    'no'),
    locks:     rules('yes', 'yes', 'yes',      'yes',   'own'),
  },
}
