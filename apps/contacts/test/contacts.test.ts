import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyForm, formOf, isEmpty } from '../src/form.ts'
import { complete, identityOf, inOrder, initialsOf, letterOf, search, titleOf, type Contact, type ContactData } from '../src/model.ts'
import { readCards, writeCards } from '../src/vcard.ts'

const contact = (id: string, data: ContactData): Contact => ({ _id: id, _rev: '1-a', ...data })
const ids = (contacts: readonly Contact[]): string[] => contacts.map(({ _id }) => _id)

const people = [
  contact('zoé', { name: { givenName: 'Zoé', familyName: 'Abbé' }, phone: [{ number: '+33 6 12 34 56 78' }] }),
  contact('mail', { email: [{ address: 'bob@example.net' }] }),
  contact('number', { phone: [{ number: '0123' }] }),
  contact('firm', { company: 'Éclair', address: [{ city: 'Orléans' }] }),
  contact('gone', { fullname: 'Gone', trashed: true }),
]

test('contacts stand by their family name, or whatever they are called by', () => {
  assert.deepEqual(ids(inOrder(people)), ['zoé', 'mail', 'firm', 'number'])
  assert.deepEqual(inOrder(people).map(letterOf), ['A', 'B', 'E', '#'])
  assert.deepEqual(people.slice(0, 4).map(titleOf), ['Zoé Abbé', 'bob@example.net', '0123', 'Éclair'])
  assert.deepEqual(people.slice(0, 4).map(initialsOf), ['ZA', 'B', '0', 'É'])
})

test('a search looks at names, numbers, mail addresses and towns, without accents', () => {
  for (const [text, found] of [['abbe zoe', ['zoé']], ['061', []], ['336 12', ['zoé']], ['+33612', ['zoé']], ['ORLEANS', ['firm']], ['example', ['mail']], ['', ids(people)]] as const)
    assert.deepEqual(ids(search(people, text)), found, text)
})

test('what other apps sort by is written', () => {
  const made = complete<ContactData>({ name: { givenName: 'Zoé', familyName: 'Abbé' }, email: [{ address: 'old@x.net' }, { address: 'Zoe@x.net', primary: true }] }, new Date(0))
  assert.equal(made.indexes!.byFamilyNameGivenNameEmailCozyUrl, 'abbézoézoe@x.net')
  assert.deepEqual([made.fullname, made.displayName], ['Zoé Abbé', 'Zoé Abbé'])
  assert.equal(complete<ContactData>({ phone: [{ number: '1' }] }).indexes!.byFamilyNameGivenNameEmailCozyUrl, null)
  assert.equal(complete<ContactData>({ cozyMetadata: { createdByApp: 'other' } }, new Date(0)).cozyMetadata!.createdByApp, 'other')
})

test('what is written replaces what was, and keeps what the form does not show', () => {
  const before = contact('a', {
    name: { givenName: 'Ann', familyName: 'Lee', namePrefix: 'Dr' },
    email: [{ address: 'a@x.net', type: 'home' }, { address: 'b@x.net', primary: true, label: 'L' }],
    metadata: { google: { id: 1 } },
  })
  assert.deepEqual(applyForm(formOf(before, []), before).email, [{ address: 'a@x.net', type: 'home', primary: false }, { address: 'b@x.net', type: 'L', label: 'L', primary: true }])
  const form = { ...formOf(before, ['g']), givenName: ' Anna ', emails: [{ value: ' a@x.net ', type: 'work' }, { value: '', type: '' }], cozy: 'anna.example.net' }
  const after = applyForm(form, before)
  assert.deepEqual(after.name, { givenName: 'Anna', familyName: 'Lee', namePrefix: 'Dr' })
  assert.deepEqual(after.email, [{ address: 'a@x.net', type: 'work', primary: true }])
  assert.deepEqual(after.cozy, [{ url: 'https://anna.example.net', primary: true }])
  assert.deepEqual(after.metadata, { google: { id: 1 } })
  assert.deepEqual(after.relationships!.groups!.data, [{ _id: 'g', _type: 'io.cozy.contacts.groups' }])
  assert.equal(isEmpty(formOf(undefined)), true)
})

test('visiting cards of every version are read', () => {
  const [newest, middle, oldest, ...rest] = readCards([
    'BEGIN:VCARD', 'VERSION:4.0', 'FN:Ann Lee', 'N:Lee;Ann;;;', 'item1.EMAIL;TYPE="home,pref":ann@x.net', 'EMAIL:other@x.net', 'TEL;VALUE=uri;PREF=1;TYPE=cell:tel:+33612',
    'ADR;TYPE=work:;;1\\, Rue X;Orléans;;45000;France', 'BDAY:19800531', 'NOTE:one\\ntwo\\; three', ' and four', 'END:VCARD',
    'BEGIN:VCARD', 'VERSION:3.0', 'FN:Bob', 'ORG:Works\\, Inc.;Dept', 'TITLE:Head', 'BDAY:--0531', 'END:VCARD',
    'BEGIN:VCARD', 'VERSION:2.1', 'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89t=C3=', '=A9;Zo=C3=A9;;;', 'TEL;CELL:0612', 'END:VCARD',
    'BEGIN:VCARD', 'VERSION:3.0', 'END:VCARD', 'rubbish',
  ].join('\r\n'))
  assert.deepEqual(newest!.email, [{ address: 'ann@x.net', type: 'home', primary: true }, { address: 'other@x.net', primary: false }])
  assert.deepEqual(newest!.phone, [{ number: '+33612', type: 'cell', primary: true }])
  assert.equal(newest!.address![0]!.formattedAddress, '1, Rue X, 45000 Orléans, France')
  assert.deepEqual([newest!.birthday, newest!.note], ['1980-05-31', 'one\ntwo; threeand four'])
  assert.deepEqual([titleOf(middle!), middle!.company, middle!.jobTitle, middle!.birthday], ['Bob', 'Works, Inc.', 'Head', ''])
  assert.deepEqual([oldest!.name!.familyName, oldest!.name!.givenName, oldest!.phone![0]!.number], ['Été', 'Zoé', '0612'])
  assert.equal(rest.length, 0)
})

test('what is given out can be taken in again', () => {
  const person: ContactData = {
    name: { givenName: 'Zoé; the, first', familyName: 'Ab\\bé', additionalName: '', namePrefix: '', nameSuffix: '' },
    email: [{ address: 'zoe@x.net', type: 'work', primary: true }], phone: [{ number: '+33 6', type: 'cell', primary: true }],
    address: [{ street: '1, Rue X', city: 'Orléans', region: '', postcode: '45000', country: 'France', type: 'home', primary: true, formattedAddress: '1, Rue X, 45000 Orléans, France' }],
    company: 'A;B', jobTitle: 'C,D', birthday: '1980-05-31', note: `a\nb ${'é'.repeat(200)}`,
  }
  const text = writeCards([person], titleOf)
  assert.ok(text.split('\r\n').every(line => new TextEncoder().encode(line).length <= 75))
  assert.deepEqual(readCards(text), [person])
  assert.equal(identityOf(readCards(text)[0]!), identityOf(person))
})
