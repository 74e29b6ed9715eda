// As the ecosystem's template has it: its page, its bar, its provider. Where the template has screens, this says what it sees.
import React, { useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import CozyClient, { CozyProvider, Q, useClient, useQuery } from 'cozy-client'
import { RealtimePlugin } from 'cozy-realtime'

const doctype = 'com.example.todos'
const { BarCenter, BarRight } = window.cozy.bar

function Todos() {
  const client = useClient()
  const { data } = useQuery(Q(doctype), { as: 'todos' })
  const [heard, setHeard] = useState('')
  const [count, setCount] = useState(0)
  const [uploaded, setUploaded] = useState('')

  useEffect(() => {
    const hear = todo => setHeard(todo.title)
    client.plugins.realtime.subscribe('created', doctype, hear)
    return () => client.plugins.realtime.unsubscribe('created', doctype, hear)
  }, [client])

  const upload = useCallback(async event => {
    const files = client.collection('io.cozy.files')
    const created = await files.createFile(event.target.files[0], { dirId: 'io.cozy.files.root-dir' })
    const answer = await client.getStackClient().fetch('GET', `/files/download/${created.data.id}`)
    setUploaded(`${created.data.attributes.name}: ${await answer.text()}`)
  }, [client])

  // Nobody says when a subscription is there: it is some time after it was asked for.
  const add = async () => {
    for (let attempt = 0; attempt < 20 && !document.getElementById('heard').textContent; attempt++) {
      await client.save({ _type: doctype, title: 'run an app' })
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }

  return (
    <main>
      <BarCenter><strong id="title">Things to do at {client.getInstanceOptions().app.name}</strong></BarCenter>
      <BarRight><button id="count" onClick={() => setCount(count + 1)}>Clicked {count}</button></BarRight>
      <p id="who">{client.getStackClient().uri}</p>
      <p id="read">{(data ?? []).map(todo => todo.title).join(', ')}</p>
      <p id="heard">{heard}</p>
      <p id="file">{uploaded}</p>
      <label>Upload <input type="file" onChange={upload} /></label>
      <button id="more" onClick={add}>More</button>
      <button id="plain" onClick={() => root.render(<p>Nothing</p>)}>Leave</button>
    </main>
  )
}

const container = document.querySelector('[role=application]')
const client = CozyClient.fromDOM({ appMetadata: { slug: 'client', version: '1.0.0' } })
client.registerPlugin(RealtimePlugin)
const { app, locale } = JSON.parse(container.dataset.cozy)
window.cozy.bar.init({ appName: app.name, cozyClient: client, iconPath: `/${app.icon}`, lang: locale, replaceTitleOnMobile: true })
window.cozy.bar.setTheme('default')

const root = createRoot(container.appendChild(document.createElement('div')))
client.save({ _type: doctype, title: 'write an app' }).then(() =>
  root.render(<CozyProvider client={client}><Todos /></CozyProvider>))
