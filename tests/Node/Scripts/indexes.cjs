// Indexes as cozy-stack-client makes, renames and removes them: with brackets, dollars and slashes in their names.
const { assert, run, url, token, ask, doctype } = require('./common.cjs')
const CozyStackClient = require('cozy-stack-client').default

run(async () => {
  const client = new CozyStackClient({ uri: url, token })
  const todos = client.collection(doctype)
  const docs = Array.from({ length: 20 }, (_, n) => ({ _id: `d${n}`, path: n % 2 ? `/a/${n}` : `/.cozy_trash/${n}`, n, trashed: n % 2 === 0 }))
  await ask('POST', `/data/${doctype}/_bulk_docs`, { docs })

  // A partial index with a look-ahead that holds a slash and a question mark.
  const partialFilter = { path: { $regex: '^(?!/.cozy_trash)' } }
  const query = { indexedFields: ['n'], partialFilter, sort: [{ n: 'desc' }] }
  const found = await todos.find({ n: { $gt: null } }, query)
  assert.deepEqual(found.data.map(document => document.n), [19, 17, 15, 13, 11, 9, 7, 5, 3, 1])
  const named = (await todos.fetchAllMangoIndexes()).find(index => index._id.includes('cozy_trash'))
  assert.ok(named, 'the index is listed')
  const byId = await ask('GET', `/data/${doctype}/_design/${encodeURIComponent(named._id.slice('_design/'.length))}`)
  assert.equal(byId.status, 200)
  assert.equal(byId.json.language, 'query')

  // The same index under another name is renamed by a copy and a deletion. (The client itself cuts names at a slash.)
  const kept = await todos.find({ n: { $gt: null } }, { indexedFields: ['n'], partialFilter: { trashed: false } })
  assert.equal(kept.data.length, 10)
  const old = (await todos.fetchAllMangoIndexes()).find(index => index._id.includes('trashed'))
  await todos.copyIndex(old, 'by_n_(renamed)$or?x')
  const renamed = (await todos.fetchAllMangoIndexes()).find(index => index._id === '_design/by_n_(renamed)$or?x')
  assert.ok(renamed, 'the copy is there under its name')
  await todos.destroyIndex(old)
  assert.equal((await todos.fetchAllMangoIndexes()).some(index => index._id === old._id), false)
  const again = await ask('POST', `/data/${doctype}/_find`, { selector: { n: { $gt: 10 } }, use_index: renamed._id })
  assert.equal(again.status, 200)
  assert.equal(again.json.docs.length, 5)
  assert.equal(again.json.warning, undefined)

  // No fields at all: an index of everything.
  const empty = await todos.createIndex([], { indexName: 'by_nothing' })
  assert.equal(empty.id, '_design/by_nothing')
  const everything = await ask('POST', `/data/${doctype}/_find`, { selector: { trashed: true }, limit: 5 })
  assert.equal(everything.json.docs.length, 5)
  assert.equal(everything.json.next, true)

  // A query that nothing serves is refused.
  await ask('DELETE', `/data/${doctype}/_design/by_nothing?rev=${(await ask('GET', `/data/${doctype}/_design/by_nothing`)).json._rev}`)
  const refused = await ask('POST', `/data/${doctype}/_find`, { selector: { trashed: true } })
  assert.equal(refused.status, 400)
  assert.equal(refused.json.error, 'no_index')
})
