// A general library for OAuth 2: finds the server's addresses, registers, lets the owner agree, and uses what it got.
const { assert, run, url } = require('./common.cjs')
const { Owner } = require('./owner.cjs')

const redirect = 'https://atlas.example.net/oauth'
const scope = 'io.cozy.files:GET io.cozy.contacts'

run(async () => {
  const oauth = await import('openid-client')
  const plain = { execute: [oauth.allowInsecureRequests] }
  const metadata = { redirect_uris: [redirect], client_name: 'Atlas', software_id: 'github.com/example/atlas' }
  const config = await oauth.dynamicClientRegistration(new URL(url), metadata, undefined, plain)
  const { client_id: id, client_secret: secret } = config.clientMetadata()
  assert.ok(id && secret)
  const server = config.serverMetadata()
  assert.equal(server.issuer, `${url}/`)
  assert.ok(server.supportsPKCE())

  // Once refused, once agreed.
  const owner = new Owner()
  const verifier = oauth.randomPKCECodeVerifier()
  const state = oauth.randomState()
  const address = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirect, scope, state, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256'
  })
  const page = await owner.askedBy(address)
  assert.match(page, /Atlas/)
  assert.match(page, /Contacts|Files/i)
  const [, cancel] = /href="([^"]*access_denied[^"]*)"/.exec(page)
  const refused = new URL(cancel.replace(/&amp;/g, '&'))
  await assert.rejects(
    oauth.authorizationCodeGrant(config, refused, { pkceCodeVerifier: verifier, expectedState: state }),
    error => error.error === 'access_denied')

  const back = new URL(await owner.agree(page))
  await assert.rejects(oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'another' }))
  await assert.rejects(
    oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: oauth.randomPKCECodeVerifier(), expectedState: state }),
    error => error.error === 'invalid code_verifier')
  const tokens = await oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state })
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(tokens.scope, scope)
  await assert.rejects(
    oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state }),
    error => error.error === 'invalid code')

  const read = token => oauth.fetchProtectedResource(config, token, new URL(`${url}/files/io.cozy.files.root-dir`), 'GET')
  const write = token => oauth.fetchProtectedResource(config, token, new URL(`${url}/files/io.cozy.files.root-dir?Type=directory&Name=x`), 'POST')
  assert.equal((await read(tokens.access_token)).status, 200)
  assert.equal((await write(tokens.access_token)).status, 403)

  // The other way for a client to show its secret.
  const basic = await oauth.discovery(new URL(url), id, secret, oauth.ClientSecretBasic(secret), plain)
  for (const way of [config, basic]) {
    const fresh = await oauth.refreshTokenGrant(way, tokens.refresh_token)
    assert.equal(fresh.scope, scope)
    assert.equal((await read(fresh.access_token)).status, 200)
  }

  const known = await oauth.tokenIntrospection(config, tokens.access_token)
  assert.deepEqual([known.active, known.scope, known.client_id], [true, scope, id])
  await oauth.tokenRevocation(config, tokens.refresh_token)
  assert.equal((await oauth.tokenIntrospection(config, tokens.access_token)).active, false)
  await assert.rejects(oauth.refreshTokenGrant(config, tokens.refresh_token), error => error.error === 'invalid refresh token')
  await assert.rejects(read(tokens.access_token), error => error.status === 400)
})
