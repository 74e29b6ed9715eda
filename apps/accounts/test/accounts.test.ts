import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, fieldsOf, identifierOf } from '../src/fields.ts'
import { explainProblem } from '../src/problems.ts'

test('the fields of a manifest become what the owner fills in', () => {
  const fields = fieldsOf(
    {
      login: { type: 'text', pattern: '[0-9]{4}' },
      password: { type: 'password', min: 3 },
      region: { type: 'dropdown', options: [{ name: 'North', value: 'n' }, { name: 'South', value: 's' }] },
      api: { type: 'hidden', default: 'v2' },
      nickname: { type: 'text', required: false },
      folder: { type: 'folder', advanced: true },
      advanced_fields: { folderPath: { advanced: true } },
    },
    { login: { label: 'Customer number' } },
  )
  assert.deepEqual(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired]), [
    ['login', 'text', true], ['password', 'password', true], ['region', 'choice', true], ['api', 'hidden', false], ['nickname', 'text', false],
  ])
  assert.equal(fields[0]!.label, 'Customer number')
  assert.deepEqual(fields.map(({ value }) => value), ['', '', 'n', 'v2', ''])
  assert.equal(identifierOf(fields), 'login')
  assert.equal(identifierOf(fieldsOf({ secret: { type: 'password' }, customer: { type: 'text' } })), 'customer')
  assert.equal(identifierOf([]), undefined)
})

test('a manifest that says nothing useful asks for nothing', () => {
  for (const fields of [undefined, null, 'login', { login: null }, { login: 'text' }]) assert.deepEqual(fieldsOf(fields), [])
  assert.equal(fieldsOf({ login: { pattern: '(' } })[0]!.pattern, undefined)
})

test('a value is judged by what the manifest asks of it', () => {
  const [login, password, mail, nickname] = fieldsOf({
    login: { type: 'text', pattern: '[0-9]{4}' }, password: { type: 'password', min: 3, max: 5 }, mail: { type: 'email' }, nickname: { isRequired: false },
  })
  assert.deepEqual([faultOf(login!, ' '), faultOf(login!, '12'), faultOf(login!, '1234')], ['missing', 'form', undefined])
  assert.deepEqual([faultOf(password!, 'ab'), faultOf(password!, 'abcdef'), faultOf(password!, '', true), faultOf(password!, '')], ['short', 'long', undefined, 'missing'])
  assert.deepEqual([faultOf(mail!, 'eve'), faultOf(mail!, 'eve@example.net')], ['form', undefined])
  assert.equal(faultOf(nickname!, ''), undefined)
})

test('errors of connectors are explained, the most precise one first', () => {
  assert.deepEqual(
    ['LOGIN_FAILED', 'LOGIN_FAILED.TOO_MANY_ATTEMPTS', 'LOGIN_FAILED.SOMETHING_NEW', 'USER_ACTION_NEEDED.CHANGE_PASSWORD', 'VENDOR_DOWN.BANK_DOWN', 'VENDOR_DOWN: 503', 'The program used more memory than it may.']
      .map(error => explainProblem(error, 'Shop').title),
    [
      'The user name or password is wrong', 'Your account there is locked', 'The user name or password is wrong', 'The service wants you to choose a new password',
      'The service cannot be reached', 'The service cannot be reached', 'It took too much',
    ],
  )
  const unknown = explainProblem('toString is not a function', 'Shop')
  assert.equal(unknown.title, 'Something unexpected happened')
  assert.match(unknown.text, /Shop stopped and said: “toString is not a function”/)
  assert.equal(explainProblem('constructor', 'Shop').remedy, 'retry')
})
