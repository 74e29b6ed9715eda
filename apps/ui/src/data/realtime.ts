import { signal } from '@preact/signals'
import { currentToken, renewToken } from './client.ts'
import { session } from './session.ts'

export interface LiveEvent {
  readonly event: 'CREATED' | 'UPDATED' | 'DELETED' | 'NOTIFIED'
  readonly type: string
  readonly id: string
  readonly doc: Readonly<Record<string, unknown>>
}

type Listener = (event: LiveEvent) => void
/** What a listener hears when the connection is back: events may have been missed. */
type Resume = () => void

const firstDelay = 500
const longestDelay = 60_000

/** Whether events arrive; true as long as none are wanted. */
export const isLive = signal(true)

const listeners = new Map<string, Set<{ listen: Listener; resume: Resume }>>()
let socket: WebSocket | undefined
let delay = firstDelay
let timer: ReturnType<typeof setTimeout> | undefined
let wasLost = false

/**
 * Listens to the documents of a doctype until the function it returns is called.
 * @param resume Called when the connection was lost and is back.
 */
export function listen(doctype: string, listener: Listener, resume: Resume): () => void {
  const entry = { listen: listener, resume }
  const known = listeners.get(doctype)
  if (known) known.add(entry)
  else {
    listeners.set(doctype, new Set([entry]))
    if (socket?.readyState === WebSocket.OPEN) command('SUBSCRIBE', { type: doctype })
  }
  if (!socket && timer === undefined) connect()
  return () => {
    const entries = listeners.get(doctype)
    entries?.delete(entry)
    if (entries?.size !== 0) return
    listeners.delete(doctype)
    if (socket?.readyState === WebSocket.OPEN) command('UNSUBSCRIBE', { type: doctype })
  }
}

function command(method: string, payload: unknown): void {
  socket?.send(JSON.stringify({ method, payload }))
}

function connect(): void {
  timer = undefined
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const opened = new WebSocket(`${scheme}//${session.domain}/realtime/`, 'io.cozy.websocket')
  socket = opened
  opened.onopen = () => {
    delay = firstDelay
    isLive.value = true
    command('AUTH', currentToken())
    for (const type of listeners.keys()) command('SUBSCRIBE', { type })
    if (wasLost) for (const entries of listeners.values()) for (const { resume } of entries) resume()
    wasLost = false
  }
  opened.onmessage = message => receive(String(message.data))
  opened.onclose = () => {
    socket = undefined
    wasLost = true
    isLive.value = false
    timer = setTimeout(connect, delay)
    delay = Math.min(delay * 2, longestDelay)
  }
}

function receive(text: string): void {
  const message = JSON.parse(text) as { event: string; payload: Omit<LiveEvent, 'event'> & { code?: string } }
  if (message.event === 'error') {
    if (message.payload.code === 'unauthorized') void renewToken()
    return
  }
  const event = { ...message.payload, event: message.event } as LiveEvent
  for (const { listen: tell } of listeners.get(event.type) ?? []) tell(event)
}

if (typeof window !== 'undefined') {
  // The browser notices before the socket does.
  window.addEventListener('offline', () => {
    isLive.value = false
    socket?.close()
  })
  // Back on the network: no need to wait for the next try.
  window.addEventListener('online', () => {
    if (timer === undefined) return
    clearTimeout(timer)
    delay = firstDelay
    connect()
  })
}
