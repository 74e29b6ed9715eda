// Fifty thousand documents are pulled; the first attempt is cut off in the middle and the second goes on from there.
const { assert, remote, local, run, PouchDB, ask, doctype } = require('./common.cjs')

const total = 50000
const part = 5000

run(async () => {
  for (let i = 0; i < total; i += part) {
    const docs = Array.from({ length: part }, (_, n) => ({
      _id: `doc-${String(i + n).padStart(6, '0')}`, n: i + n, text: 'some text that makes it a document of usual size '.repeat(2)
    }))
    const { status, json } = await ask('POST', `/data/${doctype}/_bulk_docs`, { docs })
    assert.equal(status, 201)
    assert.equal(json.filter(row => row.ok).length, part)
  }

  const asked = []
  const server = remote({
    fetch: (address, options) => {
      asked.push(decodeURIComponent(String(address)))
      return PouchDB.fetch(address, options)
    }
  })
  const copy = local()
  const options = { batch_size: 2000, batches_limit: 2 }
  await new Promise((resolve, reject) => {
    const first = copy.replicate.from(server, options)
    first.on('change', change => {
      if (change.docs_written >= 10000) first.cancel()
    })
    first.on('complete', resolve).on('error', reject)
  })
  const interrupted = (await copy.info()).doc_count
  assert.ok(interrupted >= 10000 && interrupted < total, `cut off at ${interrupted}`)

  asked.length = 0
  const result = await copy.replicate.from(server, options)
  assert.ok(result.ok)
  assert.ok(result.docs_read <= total - 10000, `read ${result.docs_read} again`)
  const feed = asked.find(address => address.includes('_changes'))
  assert.match(feed, /since=[1-9]/)
  assert.equal((await copy.info()).doc_count, total)
  assert.equal((await copy.get('doc-049999')).n, 49999)

  // As one answer, streamed.
  const { json } = await ask('GET', `/data/${doctype}/_all_docs?include_docs=true`)
  assert.equal(json.rows.length, total)
  assert.equal(json.rows[31415].doc.n, 31415)
})
