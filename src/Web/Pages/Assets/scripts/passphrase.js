// Turns the passphrase into what the server is told, so that the passphrase itself never leaves the browser:
// base64(PBKDF2-SHA256(key, passphrase, 1)) where key = PBKDF2-SHA256(passphrase, salt, iterations).

const form = document.querySelector('form[data-derive]')
const submit = form.querySelector('button[type=submit]')
const label = submit.textContent

// Each field in which a passphrase is typed, and what belongs to it. Its last one may be a new passphrase.
const fields = [...form.querySelectorAll('[data-into]')].map(input => ({
  input,
  derived: form.querySelector(`input[type=hidden][name="${input.dataset.into}"]`),
  reveal: input.parentElement.querySelector('.secret__reveal'),
  error: document.getElementById(`${input.id}-error`),
}))
const { input, error } = fields.at(-1)

const MINIMUM_LENGTH = 8

async function pbkdf2(secret, salt, iterations) {
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256)
  return new Uint8Array(bits)
}

async function derive(passphrase, salt, iterations) {
  const utf8 = new TextEncoder()
  const secret = utf8.encode(passphrase)
  const key = await pbkdf2(secret, utf8.encode(salt), iterations)
  const hash = await pbkdf2(key, secret, 1)
  return btoa(String.fromCharCode(...hash))
}

function complain(field, place, message) {
  place.textContent = message
  field.removeAttribute('aria-invalid')
  if (message) {
    field.setAttribute('aria-invalid', 'true')
    field.focus()
  }
}

// What is wrong with a new passphrase is shown where it is wrong, and what no longer is wrong disappears.
function check() {
  if (!('new' in form.dataset)) return true
  const hint = document.getElementById('hint')
  const place = form.querySelector('[data-hint-message]')
  const isShort = [...input.value].length < MINIMUM_LENGTH
  const isTold = hint.value.toLowerCase().includes(input.value.toLowerCase())
  complain(input, error, isShort ? form.dataset.tooShort : '')
  complain(hint, place, !isShort && isTold ? form.dataset.hintError : '')
  return !isShort && !isTold
}

function setBusy(busy) {
  submit.disabled = busy
  submit.setAttribute('aria-busy', String(busy))
  submit.textContent = busy ? form.dataset.busy : label
}

async function send(event) {
  event.preventDefault()
  if (submit.disabled || !check()) return
  setBusy(true)
  try {
    for (const field of fields) {
      const iterations = Number(field.input.dataset.iterations ?? form.dataset.iterations)
      field.derived.value = await derive(field.input.value, form.dataset.salt, iterations)
      conceal(field)
    }
    form.submit()
  } catch {
    setBusy(false)
    complain(input, error, form.dataset.failed)
  }
}

function conceal({ input, reveal }, shown = false) {
  input.type = shown ? 'text' : 'password'
  reveal.setAttribute('aria-pressed', String(shown))
  reveal.textContent = shown ? reveal.dataset.hide : reveal.dataset.show
}

// How many guesses it may take, as a power of two. What repeats or follows an obvious order adds little.
function strengthOf(passphrase) {
  const kinds = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]]
  const alphabet = kinds.reduce((sum, [kind, size]) => kind.test(passphrase) ? sum + size : sum, 0)
  const rows = 'abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm azertyuiop qsdfghjklm wxcvbn'
  const text = passphrase.toLowerCase()
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const pair = text.slice(i - 1, i + 1)
    const known = i > 0 && (text.slice(0, i).includes(pair) || rows.includes(pair) || pair[0] === pair[1])
    length += known ? 0.3 : 1
  }
  const obvious = /p[a4@]ss?w[o0]rd|passphrase|mot ?de ?passe|motdepasse|qwert|azert|letmein|cozy|bonjour|soleil|iloveyou/.test(text)
  return length * Math.log2(alphabet || 1) - (obvious ? 25 : 0)
}

function showStrength() {
  const meter = form.querySelector('[data-strength]')
  const words = meter.querySelector('[data-words]')
  const bits = strengthOf(input.value)
  const level = [...input.value].length < MINIMUM_LENGTH ? 1 : bits < 40 ? 1 : bits < 55 ? 2 : bits < 75 ? 3 : 4
  meter.dataset.strength = input.value ? level : 0
  words.textContent = input.value ? words.dataset.words.split('|')[level - 1] : ''
}

if (globalThis.crypto?.subtle) {
  submit.disabled = false
  form.addEventListener('submit', send)
  for (const field of fields) {
    field.reveal.hidden = false
    field.reveal.addEventListener('click', () => {
      conceal(field, field.input.type === 'password')
      field.input.focus()
    })
  }

  if ('new' in form.dataset) input.addEventListener('input', showStrength)
  // A page taken from the browser's memory by "back" starts afresh.
  addEventListener('pageshow', () => {
    for (const field of fields) field.derived.value = ''
    setBusy(false)
  })
} else {
  form.querySelector('[data-insecure]').hidden = false
  for (const field of fields) field.input.disabled = true
}
