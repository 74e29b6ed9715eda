// The owner's browser, as far as HTTP goes: it keeps cookies, derives the passphrase and sends the forms of the pages.
const crypto = require('node:crypto')
const { assert, url } = require('./common.cjs')

const passphrase = 'correct-horse'

/** What a browser sends in place of the passphrase. */
function derive(salt, iterations) {
  const key = crypto.pbkdf2Sync(passphrase, salt, iterations, 32, 'sha256')
  return crypto.pbkdf2Sync(key, passphrase, 1, 32, 'sha256').toString('base64')
}

class Owner {
  cookies = new Map()

  async open(address, form) {
    const response = await fetch(address, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      redirect: 'manual',
      headers: { Accept: 'text/html', Cookie: [...this.cookies].map(pair => pair.join('=')).join('; ') }
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    return { status: response.status, location: response.headers.get('location'), page: await response.text() }
  }

  /** The hidden fields of a page's form. */
  fields(page) {
    const found = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    return Object.fromEntries(found.map(([, name, value]) => [name, unescape(value)]))
  }

  /** Follows a client to the page that says what it asks for, logging in on the way. */
  async askedBy(address) {
    let answer = await this.open(address)
    if (answer.status === 303 && answer.location.includes('/auth/login')) {
      const login = await this.open(answer.location)
      assert.equal(login.status, 200)
      const [, salt] = /data-salt="([^"]+)"/.exec(login.page)
      const [, iterations] = /data-iterations="(\d+)"/.exec(login.page)
      const sent = await this.open(`${url}/auth/login`, { ...this.fields(login.page), passphrase: derive(unescape(salt), Number(iterations)) })
      assert.equal(sent.status, 303)
      answer = await this.open(sent.location)
    }
    assert.equal(answer.status, 200, answer.page)
    return answer.page
  }

  /** Agrees on that page; returns where the browser is sent. */
  async agree(page) {
    const answer = await this.open(`${url}/auth/authorize`, this.fields(page))
    assert.equal(answer.status, 302, answer.page)
    return answer.location
  }
}

function unescape(text) {
  return text.replace(/&#x([0-9A-F]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/&quot;/g, '"').replace(/&amp;/g, '&')
}

module.exports = { Owner, derive }
