import { Button, ButtonLink, Confirm, IconArrowLeft, IconDownload, IconEdit, IconTrash, go, locale, notify, notifyError, type IconType } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { exportCards, removeContact } from './data.ts'
import { Initials } from './Initials.tsx'
import { groupIdsOf, primaryOf, titleOf, type Address, type Contact, type Group } from './model.ts'
import { texts } from './texts.ts'

const kindOf = ({ type, label }: { type?: string; label?: string }): string => (type ? (texts.kinds[type] ?? type) : (label ?? ''))

/** Everything of a contact. */
export function ContactView({ contact, groups, back }: { contact: Contact; groups: readonly Group[]; back: string }): JSX.Element {
  const [isAsking, setAsking] = useState(false)
  const title = titleOf(contact) || texts.unnamed
  const email = primaryOf(contact.email)?.address
  const phone = primaryOf(contact.phone)?.number
  const mine = groups.filter(group => groupIdsOf(contact).includes(group._id))
  const remove = async (): Promise<void> => {
    setAsking(false)
    try {
      await removeContact(contact)
      notify(texts.removed(title))
      go(back, true)
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <article class="contact">
      <BackLink href={back} />
      <header class="contact__head">
        <Initials contact={contact} size={88} />
        <div>
          <h1>{title}</h1>
          <p class="soft">{[contact.jobTitle, contact.company !== title && contact.company].filter(Boolean).join(' · ')}</p>
          {mine.length > 0 && <p class="contact__groups">{mine.map(group => <a key={group._id} class="badge" href={`#/group/${encodeURIComponent(group._id)}`}>{group.name}</a>)}</p>}
        </div>
      </header>
      <div class="contact__actions">
        {email && <ButtonLink href={`mailto:${email}`}>{texts.write}</ButtonLink>}
        {phone && <ButtonLink href={telOf(phone)}>{texts.call}</ButtonLink>}
        <ButtonLink icon={IconEdit} href={`#/contact/${encodeURIComponent(contact._id)}/edit`}>{texts.edit}</ButtonLink>
      </div>
      <dl class="contact__facts card">
        <Facts label={texts.phone}>{contact.phone?.map(one => <Fact key={one.number} kind={kindOf(one)}><a href={telOf(one.number)}>{one.number}</a></Fact>)}</Facts>
        <Facts label={texts.email}>{contact.email?.map(one => <Fact key={one.address} kind={kindOf(one)}><a href={`mailto:${one.address}`}>{one.address}</a></Fact>)}</Facts>
        <Facts label={texts.address}>{contact.address?.map((one, place) => <Fact key={place} kind={kindOf(one)}><span class="lines">{linesOf(one)}</span></Fact>)}</Facts>
        <Facts label={texts.cozy}>{contact.cozy?.filter(({ url }) => /^https?:/.test(url)).map(one => <Fact key={one.url}><a href={one.url} target="_blank" rel="noopener noreferrer">{one.url.replace(/^https?:\/\//, '')}</a></Fact>)}</Facts>
        <Facts label={texts.birthday}>{contact.birthday && <Fact>{dayOf(contact.birthday)}</Fact>}</Facts>
        <Facts label={texts.note}>{contact.note && <Fact><span class="lines">{contact.note}</span></Fact>}</Facts>
      </dl>
      <div class="contact__actions">
        <SmallButton icon={IconDownload} onClick={() => exportCards([contact], title)}>{texts.export}</SmallButton>
        {!contact.me && <SmallButton icon={IconTrash} onClick={() => setAsking(true)}>{texts.remove}</SmallButton>}
      </div>
      {isAsking && (
        <Confirm danger title={texts.removeTitle(title)} action={texts.remove} onConfirm={() => void remove()} onClose={() => setAsking(false)}>
          <p>{texts.removeText}</p>
        </Confirm>
      )}
    </article>
  )
}

const SmallButton = (props: { icon: IconType; onClick: () => void; children: ComponentChildren }): JSX.Element => <Button kind="quiet" small {...props} />

/** The way back to the list, where there is room for one of the two only. */
export const BackLink = ({ href }: { href: string }): JSX.Element => (
  <a class="contact__back" href={`#${href}`}><IconArrowLeft size={20} /> {texts.back}</a>
)

function Facts({ label, children }: { label: string; children: ComponentChildren }): JSX.Element | null {
  if (!children || (Array.isArray(children) && children.length === 0)) return null
  return <div><dt>{label}</dt>{children}</div>
}

const Fact = ({ kind, children }: { kind?: string; children: ComponentChildren }): JSX.Element => (
  <dd>{children}{kind && <span class="soft small"> {kind}</span>}</dd>
)

const telOf = (number: string): string => `tel:${number.replace(/[^\d+*#,]/g, '')}`

const linesOf = ({ street, postcode, city, region, country, formattedAddress }: Address): string => {
  const lines = [street, [postcode, city].filter(Boolean).join(' '), region, country].filter(Boolean)
  return lines.length > 0 ? lines.join('\n') : (formattedAddress ?? '')
}

function dayOf(text: string): string {
  const [year, month, day] = text.split('-').map(Number)
  const date = new Date(Date.UTC(year!, (month ?? 1) - 1, day ?? 1))
  return Number.isNaN(date.getTime()) ? text : new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date)
}
