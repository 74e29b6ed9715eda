import { VirtualList, type VirtualControl } from '@cozy-apps/ui'
import { useRef } from 'preact/hooks'
import type { JSX } from 'preact'
import { Initials } from './Initials.tsx'
import { letterOf, primaryOf, titleOf, type Contact } from './model.ts'
import { texts } from './texts.ts'

const rowHeight = 64
/** Pixels that the bars cover above, and the edge below. */
const covered = { top: 130, bottom: 16 }

/** The contacts, moved through by the arrow keys. */
export function ContactList({ contacts, current, hrefOf }: { contacts: readonly Contact[]; current: string | undefined; hrefOf: (contact: Contact) => string }): JSX.Element {
  const control = useRef<VirtualControl>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = contacts.findIndex(contact => contact._id === (event.target as HTMLElement).dataset.contact)
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: contacts.length - 1 }[event.key]
    if (from < 0 || to === undefined || !contacts[to]) return
    event.preventDefault()
    control.current?.reveal(to, covered.top, covered.bottom)
    const focus = (): void => document.querySelector<HTMLElement>(`[data-contact="${CSS.escape(contacts[to]!._id)}"]`)?.focus({ preventScroll: true })
    // Far away rows come into the page with the next picture.
    requestAnimationFrame(() => requestAnimationFrame(focus))
  }
  return (
    <div onKeyDown={onKeyDown}>
      <VirtualList
        items={contacts}
        keyOf={contact => contact._id}
        rowHeight={rowHeight}
        label={texts.count(contacts.length)}
        control={control}
        class="people"
        render={(contact, place) => (
          <div role="listitem" class="person">
            <span class="person__letter" aria-hidden="true">{(place === 0 || letterOf(contacts[place - 1]!) !== letterOf(contact)) && letterOf(contact)}</span>
            <a href={hrefOf(contact)} data-contact={contact._id} aria-current={contact._id === current ? 'true' : undefined}>
              <Initials contact={contact} />
              <span class="person__text">
                <span class="person__name clip">{titleOf(contact) || texts.unnamed}{contact.me && <span class="badge">{texts.me}</span>}</span>
                <span class="soft small clip">{secondLine(contact)}</span>
              </span>
            </a>
          </div>
        )}
      />
    </div>
  )
}

function secondLine(contact: Contact): string {
  const title = titleOf(contact)
  return [primaryOf(contact.email)?.address, primaryOf(contact.phone)?.number, contact.company].find(text => text && text !== title) ?? ''
}
