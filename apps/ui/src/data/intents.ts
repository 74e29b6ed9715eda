import { callJson } from './client.ts'
import type { One } from './jsonApi.ts'

interface IntentAttributes {
  readonly action: string
  readonly type: string
  /** The origin of the app that asks. */
  readonly client: string
}

/** What another app asked this one to do, in a frame of its page. */
export interface Intent<D> {
  readonly action: string
  readonly type: string
  readonly data: D
  /** It is done; the other app gets this, and removes the frame. */
  readonly done: (document: unknown) => void
  /** The owner does not want it. */
  readonly cancel: () => void
  /** It cannot be done. */
  readonly fail: (error: Error) => void
}

/**
 * Takes what another app asks: the messages are those of cozy-interapp.
 * @throws ApiError when it is not for this app.
 */
export async function takeIntent<D>(id: string): Promise<Intent<D>> {
  const { attributes } = (await callJson<One<IntentAttributes>>('GET', `/intents/${encodeURIComponent(id)}`)).data
  const { action, type, client } = attributes
  const tell = (name: string, more: object = {}): void => parent.postMessage({ type: `intent-${id}:${name}`, ...more }, client)
  let isOver = false
  const end = (name: string, more?: object): void => {
    if (isOver) return
    isOver = true
    tell(name, more)
  }
  const data = await new Promise<D>(resolve => {
    addEventListener('message', function hear(event: MessageEvent<D>) {
      if (event.origin !== client || event.source !== parent) return
      removeEventListener('message', hear)
      resolve(event.data)
    })
    tell('ready')
  })
  addEventListener('pagehide', () => end('cancel'))
  tell('readyToUse')
  return {
    action,
    type,
    data,
    done: document => end('done', { document }),
    cancel: () => end('cancel'),
    fail: error => end('error', { error: { name: error.name, message: error.message } }),
  }
}
