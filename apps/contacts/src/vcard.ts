import type { Address, ContactData, Several } from './model.ts'

interface Property {
  readonly name: string
  readonly parameters: ReadonlyMap<string, readonly string[]>
  readonly value: string
}

/** The contacts of a file with visiting cards, of version 2.1, 3.0 or 4.0; what is not known is left out. */
export function readCards(text: string): ContactData[] {
  const contacts: ContactData[] = []
  let card: Property[] | undefined
  for (const line of unfold(text)) {
    const property = readProperty(line)
    if (!property) continue
    if (property.name === 'BEGIN' && /^vcard$/i.test(property.value)) card = []
    else if (property.name === 'END' && card) {
      const contact = contactOf(card)
      if (contact) contacts.push(contact)
      card = undefined
    } else card?.push(property)
  }
  return contacts
}

/** The lines of the file: those that go on begin with a blank, or end with = where they are quoted-printable. */
function unfold(text: string): string[] {
  const lines: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = lines.at(-1)
    if (last !== undefined && /^[ \t]/.test(line)) lines[lines.length - 1] = last + line.slice(1)
    else if (last?.endsWith('=') && /^[^:]*quoted-printable[^:]*:/i.test(last)) lines[lines.length - 1] = last.slice(0, -1) + line
    else lines.push(line)
  }
  return lines
}

function readProperty(line: string): Property | undefined {
  // A colon in quotation marks belongs to a parameter.
  const parts = /^((?:"[^"]*"|[^":])*):(.*)$/s.exec(line)
  if (!parts) return undefined
  const [head = '', ...written] = parts[1]!.match(/(?:"[^"]*"|[^";])+/g) ?? []
  const parameters = new Map<string, string[]>()
  for (const parameter of written) {
    const equals = parameter.indexOf('=')
    // Version 2.1 writes the types alone.
    const name = equals < 0 ? (/^(quoted-printable|base64)$/i.test(parameter) ? 'ENCODING' : 'TYPE') : parameter.slice(0, equals).toUpperCase()
    const values = parameter.slice(equals + 1).replaceAll('"', '').split(',').map(value => value.toLowerCase())
    parameters.set(name, [...(parameters.get(name) ?? []), ...values])
  }
  const isQuoted = parameters.get('ENCODING')?.includes('quoted-printable') ?? false
  return { name: head.replace(/^.*\./, '').toUpperCase(), parameters, value: isQuoted ? readQuoted(parts[2]!) : parts[2]! }
}

function readQuoted(text: string): string {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const escaped = /^=([0-9a-f]{2})/i.exec(text.slice(at, at + 3))
    if (escaped) {
      bytes.push(parseInt(escaped[1]!, 16))
      at += 2
    } else bytes.push(...new TextEncoder().encode(text[at]!))
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

/** The parts between separators, without their escapes. */
function split(value: string, separator: ';' | ','): string[] {
  const parts = ['']
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]!
    if (letter === '\\' && at + 1 < value.length) {
      const next = value[++at]!
      parts[parts.length - 1] += next === 'n' || next === 'N' ? '\n' : next
    } else if (letter === separator) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts.map(part => part.trim())
}

const textOf = (value: string): string => split(value, '\0' as ';').join('')

const kinds = ['home', 'work', 'cell', 'fax'] as const

function severalOf({ parameters }: Property): Several {
  const types = parameters.get('TYPE') ?? []
  const type = kinds.find(kind => types.includes(kind))
  return { ...(type && { type }), primary: types.includes('pref') || parameters.has('PREF') }
}

function contactOf(card: readonly Property[]): ContactData | undefined {
  const all = (name: string): Property[] => card.filter(property => property.name === name && property.value.trim() !== '')
  const one = (name: string): string => textOf(all(name)[0]?.value ?? '')
  const [familyName = '', givenName = '', additionalName = '', namePrefix = '', nameSuffix = ''] = split(all('N')[0]?.value ?? '', ';')
  const name = { givenName, familyName, additionalName, namePrefix, nameSuffix }
  const hasName = Object.values(name).some(Boolean)
  const fullname = one('FN')
  const contact: ContactData = {
    ...(hasName ? { name } : { name: { givenName: fullname, familyName: '' } }),
    email: withPrimary(all('EMAIL').map(property => ({ address: textOf(property.value).replace(/^mailto:/i, ''), ...severalOf(property) }))),
    phone: withPrimary(all('TEL').map(property => ({ number: textOf(property.value).replace(/^tel:/i, ''), ...severalOf(property) }))),
    address: withPrimary(all('ADR').map(property => ({ ...addressOf(property.value), ...severalOf(property) })).filter(address => address.formattedAddress)),
    company: split(all('ORG')[0]?.value ?? '', ';')[0] ?? '',
    jobTitle: one('TITLE'),
    birthday: birthdayOf(one('BDAY')),
    note: one('NOTE'),
  }
  const isSomebody = hasName || fullname || contact.company || contact.email!.length > 0 || contact.phone!.length > 0
  return isSomebody ? contact : undefined
}

function withPrimary<T extends Several>(all: readonly T[]): T[] {
  const first = Math.max(0, all.findIndex(one => one.primary))
  return all.map((one, place) => ({ ...one, primary: place === first }))
}

function addressOf(value: string): Address {
  const [, extended = '', street = '', city = '', region = '', postcode = '', country = ''] = split(value, ';')
  const road = [street, extended].filter(Boolean).join(', ')
  const formattedAddress = [road, [postcode, city].filter(Boolean).join(' '), region, country].filter(Boolean).join(', ')
  return { street: road, city, region, postcode, country, formattedAddress }
}

/** A whole date; a day without its year is none. */
function birthdayOf(text: string): string {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text)
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}` : ''
}

/** A file with a visiting card of version 3.0, which all programs read, for each contact. */
export const writeCards = (contacts: readonly ContactData[], titleOf: (contact: ContactData) => string): string =>
  contacts.map(contact => writeCard(contact, titleOf(contact))).join('')

function writeCard(contact: ContactData, title: string): string {
  const { name = {}, company, jobTitle, birthday, note } = contact
  const types = ({ type = '', primary = false }: Several): string =>
    [...kinds.filter(kind => kind === type), ...(primary ? ['pref'] : [])].map(kind => `;TYPE=${kind.toUpperCase()}`).join('')
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${[name.familyName, name.givenName, name.additionalName, name.namePrefix, name.nameSuffix].map(escape).join(';')}`,
    `FN:${escape(title)}`,
    ...(contact.email ?? []).map(one => `EMAIL${types(one)}:${escape(one.address)}`),
    ...(contact.phone ?? []).map(one => `TEL${types(one)}:${escape(one.number)}`),
    ...(contact.address ?? []).map(one => `ADR${types(one)}:;;${[one.street ?? one.formattedAddress, one.city, one.region, one.postcode, one.country].map(escape).join(';')}`),
    ...(contact.cozy ?? []).map(one => `URL:${escape(one.url)}`),
    company && `ORG:${escape(company)}`,
    jobTitle && `TITLE:${escape(jobTitle)}`,
    birthday && `BDAY:${birthday}`,
    note && `NOTE:${escape(note)}`,
    'END:VCARD',
  ]
  return lines.filter(Boolean).map(line => `${fold(line as string)}\r\n`).join('')
}

const escape = (text = ''): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')

const mostBytes = 75

/** A long line, broken as the format wants it: by bytes, and never within a letter. */
function fold(line: string): string {
  let folded = ''
  let bytes = 0
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length
    if (bytes + size > mostBytes) {
      folded += '\r\n '
      bytes = 1
    }
    folded += letter
    bytes += size
  }
  return folded
}
