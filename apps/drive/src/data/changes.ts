import { filesDoctype, listen, type FileResource } from '@cozy-apps/ui'
import type { Change } from './content.ts'
import { toResource } from './model.ts'

type Listener = (changes: readonly Change[]) => void

const listeners = new Set<Listener>()
const resumers = new Set<() => void>()
let waiting: Change[] = []
let timer: ReturnType<typeof setTimeout> | undefined

/** Events come in flocks, and are shown together. */
const quiet = 60

/** Tells all places of what this window did, before the event about it comes. */
export function tell(...files: readonly FileResource[]): void {
  announce(files.map(file => ({ file })))
}

/** Tells all places that files are gone for good. */
export function tellGone(...files: readonly FileResource[]): void {
  announce(files.map(file => ({ file, gone: true })))
}

function announce(changes: readonly Change[]): void {
  for (const listener of listeners) listener(changes)
}

/**
 * Listens to what happens to files, here and elsewhere.
 * @param resume Called when changes may have been missed.
 */
export function followFiles(listener: Listener, resume: () => void): () => void {
  listeners.add(listener)
  resumers.add(resume)
  return () => {
    listeners.delete(listener)
    resumers.delete(resume)
  }
}

/** Begins to hear of what happens elsewhere. */
export function startLive(): void {
  listen(filesDoctype, event => {
    waiting.push({ file: toResource({ ...event.doc, _id: event.id }), ...(event.event === 'DELETED' && { gone: true as const }) })
    timer ??= setTimeout(flush, quiet)
  }, resume)
}

/** For who hears of nothing: reads again when the window is looked at again. */
export function refreshOnReturn(): void {
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && resume())
}

function resume(): void {
  for (const again of [...resumers]) again()
}

function flush(): void {
  timer = undefined
  const changes = waiting
  waiting = []
  announce(changes)
}
