import CozyClient, { Q } from 'cozy-client'
import { RealtimePlugin } from 'cozy-realtime'

const doctype = 'com.example.todos'
const say = (what, text) => {
  document.getElementById(what).textContent = text
}

async function run() {
  const client = CozyClient.fromDOM({ appMetadata: { slug: 'client', version: '1.0.0' } })
  client.registerPlugin(RealtimePlugin)
  say('who', `${client.getInstanceOptions().app.name} at ${client.getStackClient().uri}`)

  await client.plugins.realtime.subscribe('created', doctype, doc => say('heard', doc.title))
  await client.save({ _type: doctype, title: 'write an app' })
  const { data } = await client.query(Q(doctype))
  say('read', data.map(todo => todo.title).join(', '))

  const file = await client
    .collection('io.cozy.files')
    .createFile(new File(['by a real client'], 'hello.txt', { type: 'text/plain' }), { dirId: 'io.cozy.files.root-dir' })
  const answer = await client.getStackClient().fetch('GET', `/files/download/${file.data.id}`)
  say('file', await answer.text())

  // Nobody says when a subscription is there: it is some time after it was asked for.
  document.getElementById('more').onclick = async () => {
    while (document.getElementById('heard').textContent !== 'run an app') {
      await client.save({ _type: doctype, title: 'run an app' })
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}

run().catch(error => say('failure', error.stack))
