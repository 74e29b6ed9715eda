import { compareNames, foldText, type Document } from '@cozy-apps/ui'

export const contactsDoctype = 'io.cozy.contacts'
export const groupsDoctype = 'io.cozy.contacts.groups'

/** What there may be several of: one is the first to be used. */
export interface Several {
  readonly type?: string
  readonly label?: string
  readonly primary?: boolean
}

export interface Email extends Several { readonly address: string }
export interface Phone extends Several { readonly number: string }
export interface Cozy extends Several { readonly url: string }
export interface Address extends Several {
  readonly street?: string
  readonly postcode?: string
  readonly city?: string
  readonly region?: string
  readonly country?: string
  readonly formattedAddress?: string
}

/** A contact without what the database adds; members that are not known here are kept. */
export interface ContactData {
  readonly fullname?: string
  readonly displayName?: string
  readonly name?: {
    readonly givenName?: string
    readonly familyName?: string
    readonly additionalName?: string
    readonly namePrefix?: string
    readonly nameSuffix?: string
  }
  readonly email?: readonly Email[]
  readonly phone?: readonly Phone[]
  readonly address?: readonly Address[]
  readonly cozy?: readonly Cozy[]
  readonly company?: string
  readonly jobTitle?: string
  /** As in `1980-05-31`. */
  readonly birthday?: string
  readonly note?: string
  /** The owner. */
  readonly me?: boolean
  readonly trashed?: boolean
  readonly indexes?: { readonly byFamilyNameGivenNameEmailCozyUrl?: string | null }
  readonly relationships?: { readonly groups?: { readonly data?: readonly { readonly _id: string; readonly _type: string }[] } }
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly cozyMetadata?: Readonly<Record<string, unknown>>
}

export type Contact = ContactData & Document
export type Group = { readonly name: string; readonly trashed?: boolean } & Document

/** The one to use, of several. */
export const primaryOf = <T extends Several>(all: readonly T[] | undefined): T | undefined => all?.find(one => one.primary) ?? all?.[0]

const join = (...parts: (string | undefined)[]): string => parts.map(part => part?.trim()).filter(Boolean).join(' ')

/** The whole name, from its parts. */
export function fullNameOf({ name, fullname }: ContactData): string {
  return join(name?.namePrefix, name?.givenName, name?.additionalName, name?.familyName, name?.nameSuffix) || fullname?.trim() || ''
}

/** What a contact is called: its name, or whatever is known of it. */
export const titleOf = (contact: ContactData): string =>
  fullNameOf(contact) || contact.displayName?.trim() || contact.company?.trim() || primaryOf(contact.email)?.address || primaryOf(contact.phone)?.number
  || primaryOf(contact.cozy)?.url || ''

/** Where a contact stands in the list: by the family name, if it has one. */
export const sortKeyOf = (contact: ContactData): string =>
  contact.name?.familyName?.trim() ? join(contact.name.familyName, contact.name.givenName) : titleOf(contact)

/** The letter under which a contact stands. */
export function letterOf(contact: ContactData): string {
  const first = [...foldText(sortKeyOf(contact))][0]?.toUpperCase() ?? ''
  return /\p{L}/u.test(first) ? first : '#'
}

/** One or two letters for a picture. */
export function initialsOf(contact: ContactData): string {
  const { givenName, familyName } = contact.name ?? {}
  const words = givenName && familyName ? [givenName, familyName] : titleOf(contact).split(/\s+/)
  return [words[0], words.length > 1 ? words.at(-1) : ''].map(word => [...(word ?? '')].find(letter => /[\p{L}\p{N}]/u.test(letter)) ?? '').join('').toUpperCase()
}

export const groupIdsOf = (contact: ContactData): readonly string[] => contact.relationships?.groups?.data?.map(({ _id }) => _id) ?? []

/** The contacts that are not in the trash, in the order of the list. */
export function inOrder(contacts: readonly Contact[]): Contact[] {
  return contacts
    .filter(contact => !contact.trashed)
    .map(contact => ({ contact, isNamed: letterOf(contact) !== '#', key: sortKeyOf(contact) }))
    .sort((left, right) => Number(right.isNamed) - Number(left.isNamed) || compareNames(left.key, right.key))
    .map(({ contact }) => contact)
}

/** The contacts of which every word of a text is in a name, an address or a number. */
export function search(contacts: readonly Contact[], text: string): readonly Contact[] {
  const words = foldText(text).split(/\s+/).filter(Boolean)
  if (words.length === 0) return contacts
  return contacts.filter(contact => {
    const numbers = contact.phone?.map(({ number }) => number.replace(/[\s.()-]/g, '')) ?? []
    const known = foldText([titleOf(contact), contact.company, contact.jobTitle, ...(contact.email?.map(({ address }) => address) ?? []), ...(contact.phone?.map(({ number }) => number) ?? []), ...numbers, ...(contact.address?.map(({ city }) => city) ?? [])].filter(Boolean).join(' '))
    return words.every(word => known.includes(word))
  })
}

/** With the members by which other apps of the ecosystem find and sort contacts. */
export function complete<T extends ContactData>(contact: T, now = new Date()): T {
  const fullname = fullNameOf(contact)
  const key = [contact.name?.familyName, contact.name?.givenName, primaryOf(contact.email)?.address, primaryOf(contact.cozy)?.url]
  return {
    ...contact,
    fullname,
    displayName: titleOf({ ...contact, displayName: '' }),
    indexes: { ...contact.indexes, byFamilyNameGivenNameEmailCozyUrl: key.filter(Boolean).join('').trim().toLowerCase() || null },
    metadata: { version: 1, cozy: true, ...contact.metadata },
    cozyMetadata: {
      doctypeVersion: 3, metadataVersion: 1, createdAt: now.toISOString(), createdByApp: 'contacts', ...contact.cozyMetadata, updatedAt: now.toISOString(),
    },
  }
}

/** What tells that two contacts are the same person. */
export const identityOf = (contact: ContactData): string =>
  [fullNameOf(contact) || titleOf(contact), primaryOf(contact.email)?.address ?? '', (primaryOf(contact.phone)?.number ?? '').replace(/\D/g, '')].map(foldText).join('\n')
