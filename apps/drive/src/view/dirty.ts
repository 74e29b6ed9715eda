import { signal } from '@preact/signals'

/** Whether something that was written is not saved yet. */
export const isDirty = signal(false)

/** What was written and neither saved nor thrown away when one went elsewhere, by the file's id. */
export const drafts = new Map<string, string>()
