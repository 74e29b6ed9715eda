// Loaded into each program before its own code. A sandbox has no network but one socket of the server: connections go
// through that, and begin with a line that says where to.
'use strict'

const net = require('node:net')
const tls = require('node:tls')
const { syncBuiltinESMExports } = require('node:module')

const path = process.env.COZY_PROGRAM_SOCKET
const reachesInternet = process.env.COZY_PROGRAM_NETWORK === 'internet'
const own = new URL(process.env.COZY_URL)
const ownPort = Number(own.port) || (own.protocol === 'https:' ? 443 : 80)

const isOwn = ({ host, port }) => host === own.hostname && Number(port) === ownPort
const goesThrough = options =>
  !options.path && !options.socket && options.port !== undefined && (reachesInternet || isOwn(options))

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [options, connected] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args)
  if (!goesThrough(options)) return connect.apply(this, args)
  connect.call(this, { path }, connected)
  // Before anything of the program's: what is written now is sent first.
  this.write(`${options.host || 'localhost'} ${options.port}\n`)
  return this
}

const secure = tls.connect
tls.connect = function (...args) {
  const [first, connected] = net._normalizeArgs(args)
  const options = Object.assign(first, args.find((arg, i) => i > 0 && arg !== null && typeof arg === 'object'))
  if (!goesThrough(options)) return secure.apply(this, args)
  const { host = 'localhost', port } = options
  const socket = net.connect({ host, port })
  if (!isOwn({ host, port })) {
    const servername = options.servername || (net.isIP(host) ? '' : host)
    return secure.call(this, { ...options, servername, socket }, connected)
  }

  // The socket leads to the server itself: there is nobody in between to hide anything from.
  Object.assign(socket, { encrypted: true, authorized: true, alpnProtocol: false, getPeerCertificate: () => ({}) })
  socket.once('connect', () => socket.emit('secureConnect'))
  if (connected) socket.once('secureConnect', connected)
  return socket
}

syncBuiltinESMExports()
