/** The languages the apps speak. */
export const locales = ['en', 'fr'] as const
export type Locale = (typeof locales)[number]

// The bar in the page of an app of others has a language of its own.
const asked = typeof document === 'undefined' ? 'en' : (document.getElementById('coz-bar') ?? document.documentElement).lang.slice(0, 2)

/** The owner's language, or English where we do not speak it. */
export const locale: Locale = locales.find(known => known === asked) ?? 'en'

/** Texts in the owner's language. Both languages have the same members, which the compiler sees to. */
export const pick = <T>(texts: Readonly<Record<Locale, T>>): T => texts[locale]

const plurals = new Intl.PluralRules(locale)

/** The form of a text for a number. */
export const plural = (count: number, one: string, other: string): string => (plurals.select(count) === 'one' ? one : other)
