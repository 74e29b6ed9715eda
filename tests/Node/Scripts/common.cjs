// What the scripts share: the server's address, and databases of PouchDB here and there.
const dns = require('node:dns')
const assert = require('node:assert/strict')
const PouchDB = require('pouchdb')

PouchDB.plugin(require('pouchdb-adapter-memory'))

// Names below "localhost" are this machine, but not every system's resolver knows.
const lookup = dns.lookup
dns.lookup = (name, options, callback) => {
  if (typeof options === 'function') [options, callback] = [{}, options]
  return lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, options, callback)
}

const url = process.env.COZY_URL
const token = process.env.COZY_TOKEN
const doctype = 'io.cozy.todos'

/** Asks the server as a client would; the answer's JSON, or an error with the status. */
async function ask(method, path, body, headers = {}) {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body)
  })
  const text = await response.text()
  return { status: response.status, json: text ? JSON.parse(text) : null }
}

/** The doctype as PouchDB sees it: the token is the password. */
function remote(options = {}) {
  return new PouchDB(`${url.replace('://', `://user:${token}@`)}/data/${doctype}`, options)
}

let count = 0
function local() {
  return new PouchDB(`local${++count}`, { adapter: 'memory', revs_limit: 100 })
}

/** Waits until a condition holds; fails when it does not for long. */
async function until(what, condition) {
  for (const end = Date.now() + 30000; Date.now() < end; ) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.fail(`waited in vain: ${what}`)
}

/** Runs a script and ends with it. */
function run(main) {
  main().then(
    () => process.exit(0),
    error => {
      console.error(error)
      process.exit(1)
    }
  )
}

module.exports = { assert, PouchDB, ask, remote, local, until, run, url, token, doctype }
