// Two copies of a doctype in two devices, kept the same through the server, live; both change the same document.
const { assert, remote, local, until, run } = require('./common.cjs')

const leaves = async (db, id) => {
  const document = await db.get(id, { conflicts: true })
  return [document._rev, ...(document._conflicts || [])].sort()
}

run(async () => {
  const [phone, laptop] = [local(), local()]
  const server = remote()
  await server.info()

  await phone.put({ _id: 'shared', text: 'first' })
  await phone.replicate.to(server)
  await laptop.replicate.from(server)
  assert.equal((await laptop.get('shared')).text, 'first')

  // Apart from each other.
  await phone.put({ ...(await phone.get('shared')), text: 'from the phone' })
  await laptop.put({ ...(await laptop.get('shared')), text: 'from the laptop' })
  await laptop.put({ _id: 'only-laptop', n: 12345678901 })

  const syncs = [phone, laptop].map(db => db.sync(server, { live: true, retry: true, heartbeat: 1000 }))
  const failures = []
  for (const sync of syncs) sync.on('error', e => failures.push(e)).on('denied', e => failures.push(e))

  await until('both know both revisions', async () =>
    (await leaves(phone, 'shared')).length === 2 && (await leaves(laptop, 'shared')).length === 2)
  assert.deepEqual(await leaves(phone, 'shared'), await leaves(laptop, 'shared'))
  assert.deepEqual(await leaves(phone, 'shared'), await leaves(server, 'shared'))
  const winner = await server.get('shared')
  assert.equal((await phone.get('shared')).text, winner.text)
  assert.equal((await phone.get('only-laptop')).n, 12345678901)

  // The conflict is resolved on one device, and on the other by itself.
  const [loser] = (await phone.get('shared', { conflicts: true }))._conflicts
  await phone.remove('shared', loser)
  await until('the conflict is gone everywhere', async () =>
    (await leaves(laptop, 'shared')).length === 1 && (await leaves(server, 'shared')).length === 1)

  // A change in one live copy arrives in the other, a deletion as well.
  await laptop.put({ _id: 'live', n: 1 })
  await until('the change arrives', () => phone.get('live').then(() => true, () => false))
  await phone.remove(await phone.get('live'))
  await until('the deletion arrives', () => laptop.get('live').then(() => false, e => e.reason === 'deleted'))

  for (const sync of syncs) sync.cancel()
  assert.deepEqual(failures, [])
})
