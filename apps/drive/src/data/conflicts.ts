import type { FileResource } from '@cozy-apps/ui'

/** What happens to a file whose name is taken. */
export type Decision = 'replace' | 'keep' | 'skip'

/** A file that comes to where its name is taken. */
export interface Conflict {
  readonly name: string
  /** In bytes; undefined for folders. */
  readonly size: number | undefined
  readonly changedAt: string | number
  readonly existing: FileResource
  readonly folder: FileResource
  /** How many others may meet the same. */
  readonly others: number
  readonly canReplace: boolean
}

/** Asks a person; undefined for cancel. */
export type AskAboutConflict = (conflict: Conflict) => Promise<{ readonly decision: Decision; readonly forAll: boolean } | undefined>
