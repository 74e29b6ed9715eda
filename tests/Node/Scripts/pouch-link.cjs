// What cozy-pouch-link asks, in its order: the last sequence, all documents in pages, then replication without what is local.
const { assert, remote, local, run, ask, url, token, doctype } = require('./common.cjs')

run(async () => {
  const path = `/data/${doctype}`
  assert.equal((await ask('GET', `${path}/_changes?limit=1&descending=true`)).status, 404)
  await ask('POST', `${path}/_bulk_docs`, {
    docs: Array.from({ length: 2500 }, (_, n) => ({ _id: `d${String(n).padStart(4, '0')}`, n }))
  })
  await ask('PUT', `${path}/local-only`, { cozyLocalOnly: true })
  await ask('POST', `${path}/_index`, { index: { fields: ['n'] }, ddoc: 'by_n' })

  const newest = await ask('GET', `${path}/_changes?limit=1&descending=true`)
  assert.equal(newest.status, 200)
  const since = newest.json.last_seq
  assert.match(since, /^2502-/)

  const copy = local()
  let start = ''
  for (let rows = []; ; ) {
    const page = await ask('GET', `${path}/_all_docs?limit=1000&include_docs=true${start}`)
    rows = page.json.rows
    await copy.bulkDocs(rows.filter(row => !row.id.startsWith('_design/')).map(row => row.doc), { new_edits: false })
    if (rows.length < 1000) break
    start = `&startkey_docid=${encodeURIComponent(rows.at(-1).id)}`
  }
  assert.equal((await copy.info()).doc_count, 2501)

  // From there on by replication.
  await ask('PUT', `${path}/later`, { n: -1 })
  await ask('PUT', `${path}/hidden`, { cozyLocalOnly: true })
  const filter = { selector: { cozyLocalOnly: { $exists: false } } }
  const server = remote()
  const pulled = await copy.replicate.from(server, { since, ...filter })
  assert.ok(pulled.ok)
  assert.equal((await copy.get('later')).n, -1)
  await assert.rejects(copy.get('hidden'), { status: 404 })

  // And back, with its checkpoint.
  await copy.put({ _id: 'from-here', n: 1 })
  const pushed = await copy.replicate.to(server, { since: (await copy.info()).update_seq - 1 })
  assert.ok(pushed.ok)
  assert.equal((await server.get('from-here')).n, 1)

  // The root is asked for the server's id; errors are those it knows.
  assert.equal((await ask('GET', '/data/')).status, 200)
  assert.equal((await ask('GET', `${path}/_local/none==.x`)).status, 404)
  const basic = { Authorization: `Basic ${btoa(`user:${token}`)}` }
  assert.equal((await fetch(`${url}${path}/`, { headers: basic })).status, 200)
  const reserved = await fetch(`${url}/data/io.cozy.sharings/_changes`, { headers: basic })
  assert.equal(reserved.status, 403)
  assert.match((await reserved.json()).error, /message=reserved doctype/)
})
