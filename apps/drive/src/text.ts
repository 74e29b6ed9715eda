import { locale } from '@cozy-apps/ui'
import { en } from './text.en.ts'
import { fr } from './text.fr.ts'

/** The app's texts in the owner's language. */
export const text = locale === 'fr' ? fr : en
