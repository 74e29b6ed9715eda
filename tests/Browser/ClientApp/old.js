// As apps were written before cozy-client: the bar and the client are the server's, and tell each other nothing.
const { dataset } = document.querySelector('[role=application]')
const say = (what, text) => {
  document.getElementById(what).textContent = text
}

async function run() {
  cozy.client.init({ cozyURL: `//${dataset.cozyDomain}`, token: dataset.cozyToken })
  await cozy.bar.init({ appName: 'Old', lang: 'fr' })
  cozy.bar.setBarSearch('<em>looking for it</em>')

  const todo = await cozy.client.data.create('com.example.todos', { title: 'write an old app' })
  const index = await cozy.client.data.defineIndex('com.example.todos', ['title'])
  const found = await cozy.client.data.query(index, { selector: { title: todo.title } })
  say('read', found.map(other => other.title).join(', '))

  const file = await cozy.client.files.create(new Blob(['by an old client']), { name: 'old.txt', dirID: 'io.cozy.files.root-dir', contentType: 'text/plain' })
  say('file', await (await cozy.client.files.downloadById(file._id)).text())
}

run().catch(error => say('failure', error.stack))
