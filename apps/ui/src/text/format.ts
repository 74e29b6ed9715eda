import { locale } from './locale.ts'

const units = { en: ['B', 'KB', 'MB', 'GB', 'TB', 'PB'], fr: ['o', 'Ko', 'Mo', 'Go', 'To', 'Po'] }
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })

/** A number of bytes for people: 1.2 MB. */
export function formatSize(bytes: number, language: keyof typeof units = locale): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units[language].length - 1) {
    value /= 1000
    unit++
  }
  return `${(value < 100 && unit > 0 ? tenths : whole).format(value)}\u00a0${units[language][unit]}`
}

export const formatPercent = (share: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })
const dayInYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' })

const minute = 60_000
const hour = 60 * minute

/** When something was, as one would say it: 5 minutes ago, yesterday, 3 Mar. */
export function formatWhen(when: string | number | Date, now = new Date()): string {
  const date = new Date(when)
  const ago = now.getTime() - date.getTime()
  if (Number.isNaN(ago)) return ''
  if (Math.abs(ago) < minute) return relative.format(0, 'second')
  if (Math.abs(ago) < hour) return relative.format(-Math.round(ago / minute), 'minute')
  const days = Math.round((midnight(now) - midnight(date)) / (24 * hour))
  if (days === 0) return relative.format(-Math.round(ago / hour), 'hour')
  if (Math.abs(days) < 7) return relative.format(-days, 'day')
  return (date.getFullYear() === now.getFullYear() ? dayInYear : day).format(date)
}

const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** The exact moment, for a title or a list of properties. */
export const formatMoment = (when: string | number | Date): string => exact.format(new Date(when))

/** Compares names as a person would sort them: 2 before 10, é beside e. */
export const compareNames: (left: string, right: string) => number = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }).compare

/** A text in the form in which it is searched: without case and accents. */
export const foldText = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
