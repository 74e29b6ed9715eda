import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppResource, Manifest } from '@cozy-apps/ui'
import { merge, search, updateOf } from '../src/catalogue.ts'
import { termsOf } from '../src/terms.ts'
import { additionalPermissions, explainPermissions, verbsOf } from '../src/permissions.ts'

const manifest = (slug: string, more: Partial<Manifest> = {}): Manifest => ({ slug, name: slug, ...more })

const listed = (slug: string, version: string, more: Partial<Manifest> = {}) =>
  ({ slug, type: 'webapp', latest_version: { version, manifest: manifest(slug, more) } })

const installed = (slug: string, version: string, more: Partial<AppResource['attributes']> = {}): AppResource => ({
  id: `io.cozy.apps/${slug}`, type: 'io.cozy.apps', links: { related: `http://${slug}.x/` },
  attributes: { slug, name: slug, version, state: 'ready', source: `registry://${slug}/stable`, ...more },
})

test('the catalogue and what is installed are one list', () => {
  const connector = { ...listed('bank', '1'), type: 'konnector' }
  const entries = merge(
    [listed('b', '2'), listed('a', '1'), connector, { ...listed('b', '7'), type: 'konnector' }, { slug: 'unreleased' }, { ...listed('odd', '1'), type: 'odd' }],
    [installed('b', '1'), installed('own', '3')],
    [installed('bank', '1'), installed('gone', '4')],
  )
  assert.deepEqual(entries.map(({ kind, slug, latest, installed: app }) => [kind, slug, latest, app?.attributes.version]), [
    ['webapp', 'a', '1', undefined], ['webapp', 'b', '2', '1'], ['konnector', 'b', '7', undefined], ['konnector', 'bank', '1', '1'],
    ['konnector', 'gone', undefined, '4'], ['webapp', 'own', undefined, '3'],
  ])
})

test('terms are asked only if one can read them', () => {
  const terms = { id: 'a', url: 'https://example.net/terms', version: '1' }
  assert.deepEqual(termsOf({ terms }), terms)
  assert.equal(termsOf({ terms: { ...terms, url: 'javascript:alert(1)' } }), undefined)
  assert.equal(termsOf({ terms: { ...terms, version: '' } }), undefined)
  assert.equal(termsOf({}), undefined)
})

test('an update is what the catalogue has, or what waits for the owner', () => {
  const cases: [string, AppResource[], string | undefined][] = [
    ['another version', [installed('a', '1')], '2'],
    ['the same version', [installed('a', '2')], undefined],
    ['waiting for permissions', [installed('a', '1', { available_version: '1.5' })], '1.5'],
    ['from somewhere else', [installed('a', '1', { source: 'git://example.com/a' })], undefined],
    ['at work', [installed('a', '1', { state: 'upgrading' })], undefined],
    ['not installed', [], undefined],
  ]
  for (const [name, apps, version] of cases) assert.equal(updateOf(merge([listed('a', '2')], apps)[0]!), version, name)
})

test('a search looks at names, developers and descriptions', () => {
  const entries = merge([listed('a', '1', { name: 'Éditeur' }), listed('b', '1', { developer: { name: 'Edith' } }), listed('c', '1', { locales: { en: { short_description: 'to edit' } } }), listed('d', '1')], [])
  assert.deepEqual(search(entries, ' EDIT').map(({ slug }) => slug).sort(), ['a', 'b', 'c'])
  assert.equal(search(entries, '').length, 4)
})

test('permissions are told in plain words', () => {
  const permissions: Manifest['permissions'] = {
    files: { type: 'io.cozy.files', verbs: ['GET', 'PATCH', 'PUT'], description: 'To look' },
    some: { type: 'io.cozy.files', verbs: ['GET'], values: ['id'] },
    bank: { type: 'io.cozy.accounts.*' },
    own: { type: 'com.example.todos', verbs: ['ALL'] },
  }
  assert.deepEqual(explainPermissions({ permissions, locales: { en: { permissions: { files: { description: 'To look at them' } } } } }), [
    { key: 'files', thing: 'Your files and folders', verbs: 'see and change', why: 'To look at them' },
    { key: 'some', thing: 'Your files and folders (only some)', verbs: 'see', why: '' },
    { key: 'bank', thing: 'Accounts with other services, and everything that belongs to it', verbs: 'see, add, change and delete', why: '' },
    { key: 'own', thing: 'Documents of the kind com.example.todos', verbs: 'see, add, change and delete', why: '' },
  ])
  assert.equal(verbsOf([]), 'see, add, change and delete')
})

test('an update asks only for what it may not do yet', () => {
  const held: Manifest['permissions'] = { files: { type: 'io.cozy.files', verbs: ['GET'] }, bank: { type: 'io.cozy.bank.*' }, one: { type: 'io.cozy.jobs', verbs: ['POST'], selector: 'worker', values: ['mail'] } }
  const asks = (permissions: Manifest['permissions']): string[] => additionalPermissions(held, { permissions }).map(({ key }) => key)
  assert.deepEqual(asks(held), [])
  assert.deepEqual(asks({ files: { type: 'io.cozy.files', verbs: ['GET', 'POST'] } }), ['files'])
  assert.deepEqual(asks({ files: { type: 'io.cozy.files' } }), ['files'])
  assert.deepEqual(asks({ bank: { type: 'io.cozy.bank.accounts' } }), [])
  assert.deepEqual(asks({ bank: { type: 'io.cozy.banking' } }), ['bank'])
  assert.deepEqual(asks({ one: { type: 'io.cozy.jobs', verbs: ['POST'], selector: 'worker', values: ['mail'] } }), [])
  assert.deepEqual(asks({ one: { type: 'io.cozy.jobs', verbs: ['POST'], selector: 'worker', values: ['konnector'] } }), ['one'])
  assert.deepEqual(asks({ one: { type: 'io.cozy.jobs', verbs: ['POST'] } }), ['one'])
  assert.deepEqual(asks({ contacts: { type: 'io.cozy.contacts', verbs: ['GET'] } }), ['contacts'])
})
