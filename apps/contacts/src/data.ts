import { addDocument, callJson, deleteDocument, listDocuments, putDocument, type Document } from '@cozy-apps/ui'
import { complete, contactsDoctype, groupsDoctype, identityOf, titleOf, type Contact, type ContactData, type Group } from './model.ts'
import { readCards, writeCards } from './vcard.ts'

export const listContacts = (signal?: AbortSignal): Promise<Contact[]> => listDocuments<ContactData>(contactsDoctype, signal)

export const listGroups = async (signal?: AbortSignal): Promise<Group[]> =>
  (await listDocuments<Omit<Group, keyof Document>>(groupsDoctype, signal)).filter(group => !group.trashed)

/** Writes a contact, new or changed; tells it as it is then. */
export const saveContact = (data: ContactData, former?: Contact): Promise<Contact> => former
  ? putDocument(contactsDoctype, complete({ ...data, _id: former._id, _rev: former._rev }))
  : addDocument(contactsDoctype, complete(data))

export const removeContact = (contact: Contact): Promise<void> => deleteDocument(contactsDoctype, contact)

export const addGroup = (name: string): Promise<Group> => addDocument(groupsDoctype, { name, metadata: { version: 1 } })

export const renameGroup = (group: Group, name: string): Promise<Group> => putDocument(groupsDoctype, { ...group, name })

export const removeGroup = (group: Group): Promise<void> => deleteDocument(groupsDoctype, group)

/** What came of taking contacts in. */
export interface Import {
  readonly added: number
  /** Those that were there already. */
  readonly known: number
  readonly refused: number
}

const atOnce = 100

/** Adds the contacts of a file with visiting cards, but those that are there. */
export async function importCards(text: string, present: readonly Contact[]): Promise<Import> {
  const known = new Set(present.filter(contact => !contact.trashed).map(identityOf))
  const found = readCards(text)
  const fresh = found.filter(contact => {
    const identity = identityOf(contact)
    return !known.has(identity) && known.add(identity)
  })
  let refused = 0
  for (let at = 0; at < fresh.length; at += atOnce) {
    const docs = fresh.slice(at, at + atOnce).map(contact => complete(contact))
    const outcome = await callJson<readonly { readonly error?: string }[]>('POST', `/data/${contactsDoctype}/_bulk_docs`, { json: { docs } })
    refused += outcome.filter(({ error }) => error).length
  }
  return { added: fresh.length - refused, known: found.length - fresh.length, refused }
}

/** Has the browser keep contacts as a file. */
export function exportCards(contacts: readonly Contact[], name: string): void {
  const address = URL.createObjectURL(new Blob([writeCards(contacts, titleOf)], { type: 'text/vcard' }))
  const link = Object.assign(document.createElement('a'), { href: address, download: `${name}.vcf` })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
