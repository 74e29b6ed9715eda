// A small app for photos: its owner chooses some, makes an album of them and a link; friends open the link at /public.
const application = document.querySelector('[role=application]')
const { domain, token } = JSON.parse(application.dataset.cozy)
const main = document.querySelector('main')
const albums = 'io.cozy.photos.albums'

const ask = async (path, options = {}) => {
  const answer = await fetch(`//${domain}${path}`, {
    credentials: 'include', ...options, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...options.headers }
  })
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status })
  return answer.status === 204 ? undefined : answer.json()
}

const send = (method, path, body) => ask(path, { method, body: JSON.stringify(body) })

const photoOf = file => {
  const figure = document.createElement('figure')
  figure.dataset.id = file.id
  const image = Object.assign(document.createElement('img'), { src: `//${domain}${file.links.small}`, alt: '' })
  const caption = Object.assign(document.createElement('figcaption'), { textContent: file.attributes.name })
  figure.append(image, caption)
  return figure
}

const references = (album, include) => ask(`/data/${albums}/${album}/relationships/references?include=${include}`)

const showToFriend = async () => {
  try {
    const rules = Object.values((await ask('/permissions/self')).data.attributes.permissions)
    const album = rules.find(rule => rule.type === albums).values[0]
    document.querySelector('h1').textContent = (await ask(`/data/${albums}/${album}`)).name
    for (const file of (await references(album, 'files')).included ?? []) main.append(photoOf(file))
    main.dataset.state = 'shown'
  } catch (failure) {
    main.textContent = 'There is nothing here for you.'
    main.dataset.state = `refused ${failure.status}`
  }
}

const showToOwner = async () => {
  const form = document.querySelector('form')
  form.hidden = false
  const show = async () => {
    const found = await ask('/files/io.cozy.files.root-dir')
    main.replaceChildren(...found.included.filter(file => file.attributes.class === 'image').map(file => {
      const label = document.createElement('label')
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: file.id, name: file.attributes.name })
      label.append(box, photoOf(file))
      return label
    }))
    main.dataset.state = 'shown'
  }
  document.querySelector('[type=file]').addEventListener('change', async event => {
    for (const file of event.target.files)
      await ask(`/files/io.cozy.files.root-dir?Type=file&Name=${encodeURIComponent(file.name)}`, {
        method: 'POST', body: file, headers: { 'Content-Type': file.type }
      })
    await show()
  })
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const { name, password, until } = form.elements
    const album = (await send('POST', `/data/${albums}/`, { name: name.value })).id
    const chosen = [...main.querySelectorAll(':checked')].map(box => ({ type: 'io.cozy.files', id: box.value }))
    await send('POST', `/data/${albums}/${album}/relationships/references`, { data: chosen })
    const permissions = {
      album: { type: albums, verbs: ['GET'], values: [album] },
      photos: { type: 'io.cozy.files', verbs: ['GET'], values: [`${albums}/${album}`], selector: 'referenced_by' }
    }
    const link = await send('POST', '/permissions?codes=friends', {
      data: {
        type: 'io.cozy.permissions',
        attributes: { permissions, ...(password.value && { password: password.value }), ...(until.value && { expires_at: until.value }) }
      }
    })
    const item = document.createElement('li')
    const address = `${location.origin}/public?sharecode=${link.data.attributes.shortcodes.friends}`
    const anchor = Object.assign(document.createElement('a'), { href: address, textContent: name.value })
    const revoke = Object.assign(document.createElement('button'), { type: 'button', textContent: `Revoke ${name.value}` })
    revoke.addEventListener('click', async () => {
      await send('DELETE', `/permissions/${link.data.id}`)
      item.remove()
    })
    item.append(anchor, ' ', revoke)
    document.querySelector('ul').append(item)
  })
  await show()
}

if (location.pathname.startsWith('/public')) showToFriend()
else showToOwner()
