import CozyClient from 'cozy-client'
import Intents from 'cozy-interapp'

const client = CozyClient.fromDOM({ appMetadata: { slug: 'asker', version: '1.0.0' } })
const intents = new Intents({ client })
const answer = document.getElementById('answer')

document.getElementById('ask').onclick = async () => {
  try {
    const app = await intents.create('INSTALL', 'io.cozy.apps', { slug: 'trains' }).start(document.getElementById('frame'))
    answer.textContent = app ? `${app.slug} ${app.type} ${app.state}` : 'null'
  } catch (error) {
    answer.textContent = error.stack
  }
}
