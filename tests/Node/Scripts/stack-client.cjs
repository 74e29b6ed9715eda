// The collections of cozy-stack-client on a doctype.
const { assert, run, url, token, doctype } = require('./common.cjs')
const CozyStackClient = require('cozy-stack-client').default

run(async () => {
  const client = new CozyStackClient({ uri: url, token })
  const todos = client.collection(doctype)

  // Nothing there yet is an empty list, not an error.
  assert.deepEqual((await todos.all()).data, [])
  assert.deepEqual((await todos.find({ done: true })).data, [])

  const created = []
  for (let n = 0; n < 250; n++) created.push({ _id: `todo-${String(n).padStart(3, '0')}`, _type: doctype, n, done: n % 5 === 0, nested: { level: n % 3 } })
  await todos.updateAll(created.map(({ _type, ...document }) => document))

  const { data: first } = await todos.create({ _type: doctype, label: 'by create', n: 1000, done: false })
  assert.ok(first._id && first._rev)
  const { data: updated } = await todos.update({ ...first, label: 'changed' })
  assert.match(updated._rev, /^2-/)
  await assert.rejects(todos.update({ ...first, label: 'stale' }), /conflict/)
  assert.equal((await todos.get(first._id)).data.label, 'changed')
  await todos.destroy(updated)
  assert.equal((await todos.get(first._id)).data, null)

  // Pages of _normal_docs by skip and by bookmark.
  const page = await todos.all({ limit: 100 })
  assert.equal(page.data.length, 100)
  assert.equal(page.meta.count, 250)
  const seen = []
  for (let bookmark; ; ) {
    const { data, bookmark: next } = await todos.all({ limit: 60, bookmark })
    seen.push(...data.map(document => document._id))
    bookmark = next
    if (data.length < 60) break
  }
  assert.deepEqual(seen, created.map(document => document._id))
  assert.equal((await todos.all({ limit: 100, skip: 240 })).data.length, 10)
  assert.equal((await todos.all({ limit: null })).data.length, 250)

  // By keys, with one that is not there.
  const some = await todos.getAll(['todo-003', 'todo-200', 'none'])
  assert.deepEqual(some.data.map(document => document && document.n).filter(n => n != null), [3, 200])

  // find makes the index that it lacks.
  const found = await todos.find({ done: true }, { indexedFields: ['done', 'n'], sort: [{ done: 'asc' }, { n: 'asc' }], limit: 30 })
  assert.equal(found.data.length, 30)
  assert.equal(found.next, true)
  const all = await todos.findAll({ done: true, n: { $gt: null } }, { indexedFields: ['done', 'n'] })
  assert.equal(all.length, 50)
  const rest = await todos.find({ done: true }, { indexedFields: ['done', 'n'], sort: [{ done: 'asc' }, { n: 'asc' }], limit: 30, bookmark: found.bookmark })
  assert.deepEqual([...found.data, ...rest.data].map(document => document.n), Array.from({ length: 50 }, (_, i) => 5 * i))
  const nested = await todos.find({ 'nested.level': 2, n: { $lt: 30 } }, { fields: ['_id', 'nested.level'], indexedFields: ['nested.level', 'n'] })
  assert.equal(nested.data.length, 10)
  assert.deepEqual(Object.keys(nested.data[0].nested), ['level'])

  const changes = await todos.fetchChangesRaw({ since: 0, include_docs: true, limit: 5 })
  assert.equal(changes.results.length, 5)
  assert.ok(changes.last_seq)
})
