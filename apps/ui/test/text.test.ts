import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareNames, foldText, formatSize, formatWhen } from '../src/text/format.ts'
import { pick, plural } from '../src/text/locale.ts'

test('sizes are rounded to what a person reads', () => {
  const cases: [number, string][] = [[0, '0 B'], [999, '999 B'], [1000, '1 KB'], [1234, '1.2 KB'], [345_385, '345 KB'], [12_300_000, '12.3 MB'], [5e12, '5 TB'], [5e18, '5,000 PB']]
  for (const [bytes, text] of cases) assert.equal(formatSize(bytes), text.replace(' ', '\u00a0'))
  assert.equal(formatSize(2_000_000, 'fr'), '2\u00a0Mo')
})

test('moments are told as one would say them', () => {
  const now = new Date(2026, 4, 20, 12, 0, 0)
  const cases: [Date, string][] = [
    [new Date(2026, 4, 20, 11, 59, 40), 'now'],
    [new Date(2026, 4, 20, 11, 55), '5 minutes ago'],
    [new Date(2026, 4, 20, 9, 0), '3 hours ago'],
    [new Date(2026, 4, 19, 23, 0), 'yesterday'],
    [new Date(2026, 4, 16, 12, 0), '4 days ago'],
    [new Date(2026, 2, 3), 'Mar 3'],
    [new Date(2024, 2, 3), 'Mar 3, 2024'],
  ]
  for (const [when, text] of cases) assert.equal(formatWhen(when, now), text)
  assert.equal(formatWhen('nonsense', now), '')
})

test('names are sorted as a person would', () => {
  assert.deepEqual(['b10', 'B2', 'é', 'a', 'f'].sort(compareNames), ['a', 'B2', 'b10', 'é', 'f'])
})

test('searching ignores case and accents', () => assert.equal(foldText('Été À LA PLAGE'), 'ete a la plage'))

test('a number chooses its form', () => {
  assert.equal(plural(1, 'one file', 'files'), 'one file')
  assert.equal(plural(0, 'one file', 'files'), 'files')
  assert.equal(pick({ en: 'yes', fr: 'oui' }), 'yes')
})
