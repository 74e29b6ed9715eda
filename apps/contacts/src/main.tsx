import {
  AppShell, Button, ButtonLink, DropArea, EmptyState, IconButton, IconContacts, IconDownload, IconMore, IconPlus, IconSearch, IconUpload, Loaded, Menu, SearchField,
  Skeleton, go, match, notify, notifyError, route, startApp, useQuery,
} from '@cozy-apps/ui'
import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { ContactForm } from './ContactForm.tsx'
import { ContactList } from './ContactList.tsx'
import { BackLink, ContactView } from './ContactView.tsx'
import { exportCards, importCards, listContacts, listGroups } from './data.ts'
import { Groups } from './Groups.tsx'
import { contactsDoctype, groupIdsOf, groupsDoctype, inOrder, search, type Contact, type Group } from './model.ts'
import { texts } from './texts.ts'
import './contacts.css'

const mostBytes = 20_000_000

interface Known {
  readonly contacts: readonly Contact[]
  readonly groups: readonly Group[]
}

async function readAll(signal: AbortSignal): Promise<Known> {
  const [contacts, groups] = await Promise.all([listContacts(signal), listGroups(signal)])
  return { contacts: inOrder(contacts), groups }
}

function Contacts(): JSX.Element {
  const all = useQuery(readAll, [], [contactsDoctype, groupsDoctype])
  const [text, setText] = useState('')
  const place = route.value
  const id = (match('/contact/:id', place) ?? match('/contact/:id/edit', place))?.id
  const isWriting = match('/contact/:id/edit', place) !== undefined || place === '/new'
  const asked = match('/group/:id', place)?.id
  const [group, setGroup] = useState(asked)
  // A contact is looked at within the group it was found in.
  useEffect(() => {
    if (asked !== undefined || place === '/') setGroup(asked)
  }, [asked, place])
  useEffect(() => {
    if (id !== undefined || isWriting) scrollTo(0, 0)
  }, [id, isWriting])
  const onSearch = (value: string): void => {
    setText(value)
    if (isNarrow() && (id !== undefined || isWriting)) go(listOf(group))
  }
  return (
    <AppShell bar={<SearchField label={texts.search} value={text} onInput={onSearch} />}>
      <Loaded query={all} loading={<div class="page"><Skeleton count={8} class="person-ghost" /></div>}>
        {known => <Book known={known} text={text} id={id} isWriting={isWriting} group={group} />}
      </Loaded>
    </AppShell>
  )
}

const isNarrow = (): boolean => !matchMedia('(min-width: 56rem)').matches

const listOf = (group: string | undefined): string => (group === undefined ? '/' : `/group/${encodeURIComponent(group)}`)

interface BookProps {
  readonly known: Known
  readonly text: string
  readonly id: string | undefined
  readonly isWriting: boolean
  readonly group: string | undefined
}

function Book({ known: { contacts, groups }, text, id, isWriting, group }: BookProps): JSX.Element {
  const current = groups.find(one => one._id === group)
  const inGroup = current ? contacts.filter(contact => groupIdsOf(contact).includes(current._id)) : contacts
  const found = search(inGroup, text)
  const isReading = id !== undefined || isWriting
  const back = listOf(current?._id)
  const take = (files: readonly File[]): void => {
    for (const file of files) void takeIn(file, contacts)
  }
  return (
    <DropArea onDrop={dropped => take(dropped.map(({ file }) => file))}>
      <div class={`page book${isReading ? ' book--reading' : ''}`}>
        <section class="book__list" aria-label={texts.name}>
          <div class="book__tools">
            <ButtonLink kind="main" icon={IconPlus} href="#/new">{texts.add}</ButtonLink>
            <span class="soft small" role="status">{texts.count(found.length)}</span>
            <Menu
              label={texts.more}
              button={props => <IconButton icon={IconMore} label={texts.more} {...props} />}
              items={[
                { label: texts.import, icon: IconUpload, onSelect: () => chooseFile(take) },
                { label: texts.export, icon: IconDownload, disabled: found.length === 0, onSelect: () => exportCards(found as Contact[], current?.name ?? texts.name) },
              ]}
            />
          </div>
          <Groups groups={groups} current={current} />
          {!isReading && <h1 class="visually-hidden">{current?.name ?? texts.all}</h1>}
          {found.length > 0
            ? <ContactList contacts={found} current={id} hrefOf={contact => `#/contact/${encodeURIComponent(contact._id)}`} />
            : <Nobody isSearching={text.trim() !== ''} isGroup={current !== undefined} onImport={() => chooseFile(take)} />}
        </section>
        <section class="book__page"><Page contacts={contacts} groups={groups} id={id} isWriting={isWriting} group={current?._id} back={back} hasSome={found.length > 0} /></section>
      </div>
    </DropArea>
  )
}

function Page({ contacts, groups, id, isWriting, group, back, hasSome }: Known & Omit<BookProps, 'known' | 'text'> & { readonly back: string; readonly hasSome: boolean }): JSX.Element | null {
  const contact = contacts.find(one => one._id === id)
  if (id !== undefined && !contact) return <><BackLink href={back} /><EmptyState icon={IconContacts} title={texts.unknown} /></>
  // What is being written is not changed by what happens elsewhere; saving then finds out.
  if (isWriting) return <ContactForm key={id ?? 'new'} contact={contact} groups={groups} group={group} back={id === undefined ? back : `/contact/${encodeURIComponent(id)}`} />
  if (contact) return <ContactView key={contact._id} contact={contact} groups={groups} back={back} />
  return hasSome ? <p class="book__hint soft">{texts.choose}</p> : null
}

function Nobody({ isSearching, isGroup, onImport }: { isSearching: boolean; isGroup: boolean; onImport: () => void }): JSX.Element {
  if (isSearching) return <EmptyState icon={IconSearch} title={texts.noneFound}>{texts.noneFoundText}</EmptyState>
  if (isGroup) return <EmptyState icon={IconContacts} title={texts.noneInGroup}>{texts.noneInGroupText}</EmptyState>
  return (
    <EmptyState icon={IconContacts} title={texts.none}>
      <p>{texts.noneText}</p>
      <Button icon={IconUpload} onClick={onImport}>{texts.import}</Button>
    </EmptyState>
  )
}

function chooseFile(take: (files: readonly File[]) => void): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', accept: '.vcf,text/vcard,text/x-vcard', multiple: true })
  input.onchange = () => take([...(input.files ?? [])])
  input.click()
}

async function takeIn(file: File, contacts: readonly Contact[]): Promise<void> {
  if (file.size > mostBytes) return notifyError(texts.tooLarge)
  try {
    const { added, known, refused } = await importCards(await file.text(), contacts)
    if (added + known + refused === 0) notifyError(texts.notCards)
    else notify(known > 0 ? texts.importedSome(added, known) : texts.imported(added))
    if (refused > 0) notifyError(texts.someFailed(refused))
  } catch (error) {
    notifyError(error)
  }
}

startApp(<Contacts />, texts.name)
