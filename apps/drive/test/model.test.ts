import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileAttributes, FileResource } from '@cozy-apps/ui'
import { nextPlace } from '../src/browse/keys.ts'
import { Content } from '../src/data/content.ts'
import { endOf, toLink } from '../src/data/links.ts'
import { freeName, isText, isTrashed, kindOf, nameMatches, splitName, toResource, wrongName } from '../src/data/model.ts'
import { patternOf } from '../src/data/search.ts'
import { nextSorting, sortFiles } from '../src/data/sorting.ts'
import { routeTo, whereOf, type Where } from '../src/places.ts'

const file = (name: string, more: Partial<FileAttributes> & { readonly id?: string; readonly rev?: string } = {}): FileResource => {
  const { id = name, rev = '1-a', ...attributes } = more
  return { id, type: 'io.cozy.files', meta: { rev }, attributes: { type: 'file', name, dir_id: 'here', created_at: '', updated_at: '', size: '1', ...attributes } }
}
const folder = (name: string): FileResource => file(name, { type: 'directory' })
const names = (files: readonly FileResource[]): string[] => files.map(each => each.attributes.name)

test('a file is of the kind a person would say', () => {
  const cases: [FileResource, string, boolean][] = [
    [folder('x.md'), 'folder', false],
    [file('a.JPG', { mime: 'image/jpeg' }), 'image', false],
    [file('a.md', { mime: 'text/plain' }), 'markdown', true],
    [file('a', { mime: 'text/markdown' }), 'markdown', true],
    [file('a.csv', { mime: 'text/csv' }), 'sheet', true],
    [file('a.xlsx', { mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }), 'sheet', false],
    [file('a.json', { mime: 'application/json' }), 'text', true],
    [file('a.py', { mime: 'application/octet-stream' }), 'text', true],
    [file('a.zip', { mime: 'application/zip' }), 'archive', false],
    [file('a.bin', { mime: 'application/octet-stream' }), 'other', false],
  ]
  for (const [each, kind, editable] of cases) assert.deepEqual([kindOf(each), isText(each)], [kind, editable], each.attributes.name)
})

test('names keep their ending when they get a number', () => {
  const taken = new Set(['trip.jpg', 'trip (2).jpg', 'notes', '.env'])
  for (const [name, free] of [['trip.jpg', 'trip (3).jpg'], ['notes', 'notes (2)'], ['.env', '.env (2)'], ['new.txt', 'new.txt']] as const)
    assert.equal(freeName(name, candidate => taken.has(candidate)), free)
  assert.deepEqual(splitName('a.tar.gz'), { stem: 'a.tar', extension: '.gz' })
})

test('names that the server refuses are refused before', () => {
  const cases = [['', 'empty'], ['  ', 'empty'], ['a/b', 'slash'], ['a\nb', 'slash'], ['..', 'dots'], ['é'.repeat(128), 'long'], ['é'.repeat(127), undefined]] as const
  for (const [name, wrong] of cases) assert.equal(wrongName(name), wrong)
})

test('searching takes words in any order, whatever their accents and case', () => {
  assert.ok(nameMatches('Été à la plage.jpg', 'PLAGE ete'))
  assert.ok(!nameMatches('Été à la plage.jpg', 'plage hiver'))
  assert.ok(!nameMatches(undefined, 'a'))
  const pattern = new RegExp(patternOf('ete').slice('(?i)'.length), 'i')
  for (const name of ['été', 'ETE', 'e\u0301te\u0301']) assert.ok(pattern.test(name), name)
  assert.match('a.b', new RegExp(patternOf('.b').slice('(?i)'.length)))
  assert.doesNotMatch('axb', new RegExp(patternOf('.b').slice('(?i)'.length)))
})

test('folders come first, whichever way one sorts', () => {
  const all = [file('b10', { size: '5' }), folder('z'), file('b2', { size: '500' }), folder('a')]
  assert.deepEqual(names(sortFiles(all, { field: 'name', isDescending: false })), ['a', 'z', 'b2', 'b10'])
  assert.deepEqual(names(sortFiles(all, { field: 'name', isDescending: true })), ['z', 'a', 'b10', 'b2'])
  assert.deepEqual(names(sortFiles(all, { field: 'size', isDescending: true })), ['a', 'z', 'b2', 'b10'])
  assert.deepEqual(nextSorting({ field: 'name', isDescending: false }, 'name'), { field: 'name', isDescending: true })
  assert.deepEqual(nextSorting({ field: 'name', isDescending: false }, 'date'), { field: 'date', isDescending: true })
})

test('a place is put together from pages and events in any order', () => {
  const content = new Content(each => each.attributes.dir_id === 'here')
  assert.ok(content.apply({ file: file('new', { id: '1', rev: '3-c' }) }))
  content.take([file('old', { id: '1', rev: '2-b' }), file('other', { id: '2', rev: '1-a' })])
  assert.deepEqual(names(content.all).sort(), ['new', 'other'])
  // What left does not come back with a page that was on its way.
  assert.ok(content.apply({ file: file('other', { id: '2', rev: '2-b', dir_id: 'there' }) }))
  content.take([file('other', { id: '2', rev: '1-a' })])
  assert.deepEqual(names(content.all), ['new'])
  // Old news and what is known change nothing.
  assert.ok(!content.apply({ file: file('new', { id: '1', rev: '3-c' }) }))
  assert.ok(!content.apply({ file: file('older', { id: '1', rev: '1-a' }) }))
  assert.ok(content.apply({ file: file('new', { id: '1', rev: '4-d' }), gone: true }))
  assert.deepEqual(content.all, [])
})

test('an event keeps the thumbnails of a content that is the same', () => {
  const content = new Content(() => true)
  content.take([{ ...file('a', { id: '1', md5sum: 'x' }), links: { small: '/s' } }])
  content.apply({ file: file('b', { id: '1', md5sum: 'x', rev: '2-b' }) })
  assert.equal(content.all[0]!.links?.small, '/s')
  content.apply({ file: file('b', { id: '1', md5sum: 'y', rev: '3-c' }) })
  assert.equal(content.all[0]!.links, undefined)
})

test('a document of an event is a file', () => {
  const found = toResource({ _id: '1', _rev: '2-b', type: 'file', name: 'a', dir_id: 'here' })
  assert.deepEqual([found.id, found.meta?.rev, found.attributes.name, '_rev' in found.attributes], ['1', '2-b', 'a', false])
  assert.ok(isTrashed(toResource({ _id: '1', _rev: '1-a', type: 'directory', path: '/.cozy_trash/x' })))
})

test('places and addresses lead to each other', () => {
  const cases: [string, Where][] = [
    ['/folder/a', { name: 'folder', id: 'a', isEditing: false }],
    ['/folder/a/file/b', { name: 'folder', id: 'a', file: 'b', isEditing: false }],
    ['/folder/a/file/b?edit', { name: 'folder', id: 'a', file: 'b', isEditing: true }],
    ['/recent', { name: 'recent' }],
    ['/trash/file/b', { name: 'trash', file: 'b' }],
    ['/search?q=50%25%20%C3%A9', { name: 'search', question: '50% é' }],
    ['/nonsense', { name: 'folder', id: 'io.cozy.files.root-dir' }],
    ['/', { name: 'folder', id: 'io.cozy.files.root-dir' }],
  ]
  for (const [route, where] of cases) assert.deepEqual(whereOf(route), where, route)
  assert.equal(routeTo({ name: 'search', question: '50% é' }, 'b'), '/search/file/b?q=50%25%20%C3%A9')
  assert.deepEqual(whereOf(routeTo({ name: 'search', question: '50% é' }, 'b')), { name: 'search', question: '50% é', file: 'b' })
})

test('keys move through lists and grids and stay inside', () => {
  const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false })
  const cases: [string, number, number, number | undefined][] = [
    ['ArrowDown', 0, 1, 1], ['ArrowDown', 9, 1, 9], ['ArrowUp', 0, 1, 0], ['ArrowRight', 3, 1, undefined], ['End', 0, 1, 9], ['Home', 5, 1, 0],
    ['ArrowDown', 1, 4, 5], ['ArrowDown', 8, 4, 8], ['ArrowUp', 2, 4, 2], ['ArrowRight', 3, 4, 4], ['ArrowLeft', 0, 4, 0], ['x', 0, 4, undefined],
  ]
  for (const [name, place, columns, to] of cases) assert.equal(nextPlace(key(name), place, 10, columns), to, `${name} at ${place} of ${columns}`)
  assert.equal(nextPlace({ ...key('ArrowDown'), ctrlKey: true }, 0, 10, 1), undefined)
})

test('a link is read from its permission', () => {
  const link = toLink({
    id: 'p', type: 'io.cozy.permissions',
    attributes: {
      permissions: { files: { type: 'io.cozy.files', verbs: ['GET'], values: ['f'] } },
      codes: { link: 'long' }, shortcodes: { link: 'short' }, expires_at: '2030-05-31T21:59:59Z', password: true,
    },
  })
  assert.deepEqual(link, { id: 'p', fileIds: ['f'], code: 'short', access: 'read', hasPassword: true, endsAt: new Date('2030-05-31T21:59:59Z') })
  assert.equal(toLink({ id: 'p', type: 't', attributes: { permissions: { a: { type: 'io.cozy.files', values: ['f'] } } } }).access, 'change')
  assert.equal(endOf(''), '')
  assert.equal(new Date(endOf('2030-05-31')).getDate(), 31)
})
