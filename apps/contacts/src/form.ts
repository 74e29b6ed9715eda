import type { Address, Contact, ContactData, Several } from './model.ts'

/** A line of which there may be several, as it is written. */
export interface Line {
  readonly value: string
  readonly type: string
}

export interface AddressLine {
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly country: string
  readonly type: string
}

/** What one writes of a contact. */
export interface Form {
  readonly givenName: string
  readonly familyName: string
  readonly company: string
  readonly jobTitle: string
  readonly emails: readonly Line[]
  readonly phones: readonly Line[]
  readonly addresses: readonly AddressLine[]
  readonly cozy: string
  readonly birthday: string
  readonly note: string
  readonly groups: readonly string[]
}

const typeOf = (one: Several): string => one.type ?? one.label ?? ''

/** What is written of a contact now; with an empty line where one begins. */
export function formOf(contact: ContactData | undefined, groups: readonly string[] = []): Form {
  const { name = {}, company = '', jobTitle = '', birthday = '', note = '' } = contact ?? {}
  return {
    // A contact of another program may have a whole name only.
    givenName: name.givenName ?? (name.familyName ? '' : (contact?.fullname ?? '')),
    familyName: name.familyName ?? '',
    company,
    jobTitle,
    emails: contact?.email?.map(one => ({ value: one.address, type: typeOf(one) })) ?? [{ value: '', type: '' }],
    phones: contact?.phone?.map(one => ({ value: one.number, type: typeOf(one) })) ?? [{ value: '', type: '' }],
    addresses: contact?.address?.map(one => ({
      street: one.street ?? (one.city ? '' : (one.formattedAddress ?? '')), postcode: one.postcode ?? '', city: one.city ?? '', country: one.country ?? '', type: typeOf(one),
    })) ?? [],
    cozy: contact?.cozy?.[0]?.url ?? '',
    birthday,
    note,
    groups,
  }
}

/** Whether nothing is written by which one could be called. */
export const isEmpty = (form: Form): boolean =>
  ![form.givenName, form.familyName, form.company, form.cozy, ...form.emails.map(({ value }) => value), ...form.phones.map(({ value }) => value)].some(text => text.trim())

export const isMail = (text: string): boolean => text.trim() === '' || /^[^\s@]+@[^\s@]+$/.test(text.trim())

/** A contact with what was written; all else of it stays. */
export function applyForm(form: Form, contact?: Contact): ContactData {
  const { name, email, phone, address, cozy, ...rest } = contact ?? ({} as Partial<Contact>)
  const trimmed = form.cozy.trim()
  const url = trimmed && !/^https?:\/\//.test(trimmed) ? `https://${trimmed}` : trimmed
  return {
    ...rest,
    name: { ...name, givenName: form.givenName.trim(), familyName: form.familyName.trim() },
    company: form.company.trim(),
    jobTitle: form.jobTitle.trim(),
    birthday: form.birthday,
    note: form.note.trim(),
    email: lines(form.emails, email, 'address'),
    phone: lines(form.phones, phone, 'number'),
    address: form.addresses
      .map((line, place) => addressOf(line, address?.[place], place === 0))
      .filter(one => one.formattedAddress !== ''),
    cozy: url ? [{ ...cozy?.[0], url, primary: true }, ...(cozy?.slice(1) ?? [])] : (cozy?.slice(1) ?? []),
    relationships: { ...contact?.relationships, groups: { data: form.groups.map(_id => ({ _id, _type: 'io.cozy.contacts.groups' })) } },
  }
}

function lines<K extends string, T extends Several & Record<K, string>>(written: readonly Line[], former: readonly T[] | undefined, key: K): T[] {
  const kept = written.map(({ value, type }) => {
    const text = value.trim()
    const known = former?.find(one => one[key] === text)
    return { ...known, [key]: text, type } as unknown as T
  }).filter(one => one[key] !== '')
  // One is the first to be used: the one that was, or else the first.
  const first = Math.max(0, kept.findIndex(one => one.primary))
  return kept.map((one, place) => ({ ...one, primary: place === first }))
}

function addressOf(line: AddressLine, former: Address | undefined, primary: boolean): Address {
  const parts = { street: line.street.trim(), postcode: line.postcode.trim(), city: line.city.trim(), country: line.country.trim() }
  const formattedAddress = [parts.street, [parts.postcode, parts.city].filter(Boolean).join(' '), parts.country].filter(Boolean).join(', ')
  return { ...former, ...parts, type: line.type, primary, formattedAddress }
}
