// cozy-realtime on a doctype: what it hears, and that it goes on after its connection broke.
globalThis.WebSocket = require('ws')
const { assert, ask, run, until, url, token, doctype } = require('./common.cjs')
const EventEmitter = require('node:events')
const CozyStackClient = require('cozy-stack-client').default
const CozyRealtime = require('cozy-realtime').default

run(async () => {
  // Of cozy-client it uses the events and the stack client.
  const stack = new CozyStackClient({ uri: url, token })
  const client = Object.assign(new EventEmitter(), { getStackClient: () => stack })
  const realtime = new CozyRealtime({ client })
  const heard = []
  for (const event of ['created', 'updated', 'deleted', 'notified'])
    realtime.subscribe(event, doctype, document => heard.push({ event, ...document }))
  const ofOne = []
  realtime.subscribe('updated', doctype, 'one', document => ofOne.push(document.n))

  // A subscription is not answered, so it is known to be live once something is heard.
  const live = async () => {
    const count = heard.length
    await until('the subscription is live', async () => {
      await realtime.sendNotification(doctype, 'ping', { live: true })
      await new Promise(resolve => setTimeout(resolve, 50))
      return heard.length > count
    })
  }
  await live()
  assert.deepEqual(heard[0], { event: 'notified', _id: 'ping', data: { live: true }, _type: doctype })

  const path = `/data/${doctype}`
  const told = async (event, n) => {
    await until(`${event} ${n}`, () => heard.some(one => one.event === event && one.n === n))
    return heard.find(one => one.event === event && one.n === n)
  }
  const created = (await ask('PUT', `${path}/one`, { n: 1 })).json
  assert.deepEqual(await told('created', 1), { event: 'created', _id: 'one', _rev: created.rev, n: 1, _type: doctype })
  const updated = (await ask('PUT', `${path}/one`, { _id: 'one', _rev: created.rev, n: 2 })).json
  assert.equal((await told('updated', 2))._rev, updated.rev)
  await ask('DELETE', `${path}/one?rev=${updated.rev}`)
  assert.equal((await told('deleted', 2))._id, 'one')
  assert.deepEqual(ofOne, [2])

  // What replicates in is heard too.
  await ask('POST', `${path}/_bulk_docs`, {
    new_edits: false,
    docs: [{ _id: 'far', _rev: '2-b', _revisions: { start: 2, ids: ['b', 'a'] }, n: 3 }]
  })
  assert.equal((await told('updated', 3))._rev, '2-b')

  // It connects again by itself, and hears what comes then.
  realtime.websocket.terminate()
  await live()
  await ask('PUT', `${path}/two`, { n: 4 })
  await told('created', 4)
  realtime.stop()
})
