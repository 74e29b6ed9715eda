// Catches mail: SMTP on 127.0.0.1:SMTP_PORT (1025), and HTTP on 127.0.0.1:HTTP_PORT (1080) to read what came.
//   GET /mails?to=ADDRESS                     what came, as JSON
//   GET /mails/wait?to=ADDRESS&count=1        the same, once so many have come (or after &timeout=10000 ms)
// An address that starts with "refused" is refused for good (550), one with "busy" for now (451) the first time.
'use strict'
const http = require('node:http')
const { SMTPServer } = require('smtp-server')
const { simpleParser } = require('mailparser')

const mails = []
const waiting = new Set()
const wereBusy = new Set()

function refusal(address) {
  if (address.startsWith('refused')) return Object.assign(new Error('no such user'), { responseCode: 550 })
  if (!address.startsWith('busy') || wereBusy.has(address)) return null
  wereBusy.add(address)
  return Object.assign(new Error('try again later'), { responseCode: 451 })
}

const smtp = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth: (auth, session, done) => done(auth.password === 'bad' ? new Error('bad credentials') : null, { user: auth.username }),
  onRcptTo: (address, session, done) => done(refusal(address.address)),
  onData: async (stream, session, done) => {
    const mail = await simpleParser(stream)
    mails.push({
      from: mail.from?.text ?? '',
      to: session.envelope.rcptTo.map(({ address }) => address),
      replyTo: mail.replyTo?.text ?? '',
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html || '',
      messageId: mail.messageId ?? '',
      attachments: mail.attachments.map(({ filename, content }) => ({ name: filename ?? '', content: content.toString('base64') })),
    })
    done()
    for (const wake of waiting) wake()
  },
})
smtp.on('error', error => console.error(error.message))
smtp.listen(Number(process.env.SMTP_PORT ?? 1025), '127.0.0.1')

http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  const to = url.searchParams.get('to')
  const found = () => mails.filter(mail => !to || mail.to.includes(to))
  const answer = () => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(found()))
  }
  const count = Number(url.searchParams.get('count') ?? 1)
  if (url.pathname !== '/mails/wait' || found().length >= count) return answer()
  const wake = () => {
    if (found().length >= count) finish()
  }
  const finish = () => {
    clearTimeout(timer)
    waiting.delete(wake)
    answer()
  }
  const timer = setTimeout(finish, Number(url.searchParams.get('timeout') ?? 10000))
  waiting.add(wake)
}).listen(Number(process.env.HTTP_PORT ?? 1080), '127.0.0.1')
