// The way a device of the owner's connects: cozy-stack-client registers, the owner agrees, it refreshes and leaves.
const crypto = require('node:crypto')
const { assert, run, url } = require('./common.cjs')
const { Owner, derive } = require('./owner.cjs')
const OAuthClient = require('cozy-stack-client').OAuthClient

run(async () => {
  let told = 0
  const client = new OAuthClient({
    uri: url,
    oauth: {
      clientName: 'Desk', clientKind: 'desktop', softwareID: 'github.com/cozy-labs/cozy-desktop', softwareVersion: '1.0.0',
      redirectURI: 'http://localhost:3333/callback', policyURI: '', logoURI: '', clientURI: ''
    },
    scope: ['io.cozy.files', 'io.cozy.settings:GET'],
    onTokenRefresh: () => told++
  })
  await client.register()
  assert.ok(client.oauthOptions.clientID && client.oauthOptions.clientSecret && client.oauthOptions.registrationAccessToken)
  assert.equal((await client.fetchInformation()).client_name, 'Desk')
  await client.updateInformation({ softwareVersion: '1.0.1' })
  assert.equal((await client.fetchInformation()).software_version, '1.0.1')

  const verifier = crypto.randomBytes(32).toString('base64url')
  const state = client.generateStateCode()
  const prelogin = await (await fetch(`${url}/public/prelogin`)).json()
  const passwordHash = derive(`me@${new URL(url).hostname}`, prelogin.KdfIterations)
  const { session_code: sessionCode } = await client.fetchSessionCodeWithPassword({ passwordHash })
  const address = client.getAuthCodeURL({
    stateCode: state, sessionCode, codeChallenge: crypto.createHash('sha256').update(verifier).digest('base64url')
  })

  // The code opens the session: nobody is asked for the passphrase.
  const owner = new Owner()
  const entered = await owner.open(address)
  assert.equal(entered.status, 303)
  assert.ok(!entered.location.includes('session_code') && entered.location.includes('/auth/authorize'))
  const back = await owner.agree(await owner.askedBy(entered.location))
  const code = client.getAccessCodeFromURL(back, state)
  const token = await client.fetchAccessToken(code, undefined, undefined, verifier)
  assert.equal(token.tokenType, 'bearer')
  client.setToken(token)

  const root = await client.collection('io.cozy.files').statById('io.cozy.files.root-dir')
  assert.equal(root.data._id, 'io.cozy.files.root-dir')
  await client.collection('io.cozy.files').createDirectory({ name: 'From the desk', dirId: 'io.cozy.files.root-dir' })
  await assert.rejects(client.fetchJSON('GET', '/data/io.cozy.contacts/_all_docs'), /Forbidden|403/)

  // An access token that is good no longer is replaced without anybody noticing.
  const refreshed = await client.refreshToken()
  assert.equal(refreshed.refreshToken, token.refreshToken)
  client.setToken(Object.assign(Object.create(Object.getPrototypeOf(token)), token, { accessToken: token.accessToken.slice(0, -4) + 'AAAA' }))
  const before = told
  assert.equal((await client.collection('io.cozy.files').statById('io.cozy.files.root-dir')).data._id, 'io.cozy.files.root-dir')
  assert.ok(told > before, 'the token was not refreshed')

  const { clientID } = client.oauthOptions
  await client.unregister()
  const gone = await fetch(`${url}/auth/register/${clientID}`, { headers: { Accept: 'application/json' } })
  assert.equal(gone.status, 404)
  const spent = await fetch(`${url}/files/io.cozy.files.root-dir`, { headers: { Authorization: `Bearer ${refreshed.accessToken}` } })
  assert.equal(spent.status, 400)
})
