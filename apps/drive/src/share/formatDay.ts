import { locale } from '@cozy-apps/ui'

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })

/** A day, as in `31 May 2026`. */
export const formatDay = (moment: Date): string => day.format(moment)
