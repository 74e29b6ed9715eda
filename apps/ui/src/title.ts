import { signal } from '@preact/signals'
import { session } from './data/session.ts'

/** The name of this app in the owner's language. */
export const appTitle = signal(session.app.name)
