import type { JSX } from 'preact'
import { initialsOf, titleOf, type ContactData } from './model.ts'

/** The initials of a contact, in a colour that is always the same for it. */
export function Initials({ contact, size = 40 }: { contact: ContactData; size?: number }): JSX.Element {
  const hue = [...titleOf(contact)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 360, 7)
  return (
    <span class="initials" aria-hidden="true" style={{ inlineSize: `${size}px`, blockSize: `${size}px`, fontSize: `${size * 0.38}px`, background: `oklch(0.48 0.1 ${hue})` }}>
      {initialsOf(contact) || '?'}
    </span>
  )
}
