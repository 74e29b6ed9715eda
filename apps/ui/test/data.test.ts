import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between } from '../src/components/selection.ts'
import { ApiError, isTokenRefused } from '../src/data/errors.ts'
import { EventParser } from '../src/data/eventStream.ts'
import { addressOf } from '../src/data/client.ts'
import { parseSession } from '../src/data/session.ts'
import { match } from '../src/router.ts'

test('events are read however their text is cut', () => {
  const text = 'event: state\r\ndata: {"a":1}\r\n\r\n: still at work\r\n\r\nevent: error\r\ndata: "no"\r\n\r\n'
  const expected = [{ event: 'state', data: '{"a":1}' }, { event: 'error', data: '"no"' }]
  for (const size of [1, 2, 3, 7, text.length]) {
    const parser = new EventParser()
    const found = []
    for (let at = 0; at < text.length; at += size) found.push(...parser.push(text.slice(at, at + size)))
    assert.deepEqual(found, expected, `in pieces of ${size}`)
  }
})

test('refusals are read in each of the formats of the API', () => {
  const cases: [string, string, string][] = [
    ['{"errors":[{"status":"409","title":"Conflict","detail":"name taken","code":"x"}]}', 'name taken', 'x'],
    ['{"errors":[{"status":"404","title":"Not Found"}]}', 'Not Found', ''],
    ['{"error":"not_found","reason":"deleted"}', 'deleted', 'not_found'],
    ['<html>', '<html>', ''],
    ['', '409', ''],
  ]
  for (const [text, message, code] of cases) {
    const error = ApiError.parse(409, text)
    assert.deepEqual([error.status, error.message, error.code], [409, message, code])
  }
})

test('a token that is refused is told from what it may not do', () => {
  const cases: [number, string, boolean][] = [[401, 'Unauthorized', true], [400, 'Invalid JWT token', true], [400, 'Expired token', true], [400, 'Bad name', false], [403, 'Forbidden', false]]
  for (const [status, detail, isRefused] of cases) assert.equal(isTokenRefused(new ApiError(status, detail)), isRefused, detail)
})

test('addresses escape what they carry and leave out what is not there', () => {
  assert.equal(addressOf('/files/x', { Name: 'a&b é', Size: 0, UpdatedAt: undefined }), 'http://localhost/files/x?Name=a%26b%20%C3%A9&Size=0')
  assert.equal(addressOf('/apps/?limit=2', { start_key: 'k' }), 'http://localhost/apps/?limit=2&start_key=k')
})

test('a page without data is a stranger’s', () => {
  assert.equal(parseSession(undefined).isLoggedIn, false)
  assert.equal(parseSession('{{.CozyData}}').token, '')
  assert.equal(parseSession('{"token":"t","isLoggedIn":true}').token, 't')
})

test('places are taken apart', () => {
  assert.deepEqual(match('/folder/:id', '/folder/a%20b?x=1'), { id: 'a b' })
  assert.deepEqual(match('/', '/'), {})
  assert.equal(match('/folder/:id', '/folder'), undefined)
  assert.equal(match('/folder/:id', '/file/1'), undefined)
})

test('a selection is extended in either direction', () => {
  const order = ['a', 'b', 'c', 'd']
  assert.deepEqual(between(order, 'c', 'a'), ['a', 'b', 'c'])
  assert.deepEqual(between(order, 'b', 'd'), ['b', 'c', 'd'])
  assert.deepEqual(between(order, 'gone', 'd'), ['d'])
})
