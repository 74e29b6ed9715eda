import { signal } from '@preact/signals'

/** Whether something that was written is not saved yet. */
export const isDirty = signal(false)
