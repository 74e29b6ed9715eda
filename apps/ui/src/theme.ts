import { signal } from '@preact/signals'
import { changeInstanceSettings, getInstanceSettings, type ColorScheme } from './data/settings.ts'
import { listen } from './data/realtime.ts'
import { session } from './data/session.ts'

/** The colours the owner may choose; the first is the house's. */
export const accents = ['ember', 'sea', 'forest', 'plum', 'night'] as const
export type Accent = (typeof accents)[number]

export interface Theme {
  readonly scheme: ColorScheme
  readonly accent: Accent
}

/** Kept here so that the next page has its colours before the server has answered; see `themeBoot.js`. */
const storageKey = 'cozy.theme'

/** The theme of the page. */
export const theme = signal<Theme>({ scheme: 'auto', accent: 'ember' })

/** The owner's name; empty as long as it is not known. */
export const ownerName = signal('')

/** Shows a theme and remembers it on this device. */
export function applyTheme(next: Theme): void {
  theme.value = next
  const { dataset } = document.documentElement
  dataset.scheme = next.scheme
  dataset.accent = next.accent
  try {
    localStorage.setItem(storageKey, JSON.stringify(next))
  } catch {
    // Private windows may keep nothing.
  }
}

/** Shows a theme, and tells the other apps and devices. */
export async function chooseTheme(changes: Partial<Theme>): Promise<void> {
  const before = theme.value
  const next = { ...before, ...changes }
  applyTheme(next)
  try {
    await changeInstanceSettings({ colorScheme: next.scheme, accent: next.accent })
  } catch (error) {
    applyTheme(before)
    throw error
  }
}

/** Follows the theme of the owner. */
export function followOwner(): void {
  if (!session.isLoggedIn) return
  const read = (): void => {
    getInstanceSettings().then(({ attributes }) => {
      ownerName.value = attributes.public_name ?? ''
      applyTheme({
        scheme: attributes.colorScheme ?? 'auto',
        accent: accents.find(accent => accent === attributes.accent) ?? 'ember',
      })
    }, () => undefined)
  }
  read()
  listen('io.cozy.settings', read, read)
}
