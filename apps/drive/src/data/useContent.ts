import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { OfflineError, isNotFound, type FileResource } from '@cozy-apps/ui'
import { followFiles } from './changes.ts'
import { Content } from './content.ts'
import type { Source } from './sources.ts'

export interface Place {
  /** The folder itself, when the place is one. */
  readonly folder: FileResource | undefined
  /** What is known of the place; undefined as long as nothing is. */
  readonly files: readonly FileResource[] | undefined
  /** Whether all of it is known. */
  readonly isComplete: boolean
  /** Why it could not be read; undefined when it could. */
  readonly error: unknown
  readonly reload: () => void
}

type State = Omit<Place, 'reload'> & { readonly key: string }

const nothing = (key: string): State => ({ key, folder: undefined, files: undefined, isComplete: false, error: undefined })

/** Files that were seen lately: what a search shows before the server has answered. */
export const lately = new Map<string, FileResource>()
const mostLately = 20_000

function remember(files: readonly FileResource[]): void {
  if (lately.size + files.length > mostLately) lately.clear()
  for (const file of files) lately.set(file.id, file)
}

/** The files of a place, kept as they are now. What was read stays while it is read again. */
export function useContent(source: Source): Place {
  const [state, setState] = useState<State>(() => nothing(source.key))
  const [turn, setTurn] = useState(0)
  const content = useRef<Content>(new Content(source.belongs))
  const folder = useRef<FileResource | undefined>(undefined)
  const reload = useCallback(() => setTurn(last => last + 1), [])

  useEffect(() => {
    const abort = new AbortController()
    const fresh = new Content(source.belongs)
    const isFirst = state.key !== source.key || state.files === undefined
    if (isFirst) {
      content.current = fresh
      folder.current = undefined
    }
    const show = (isComplete: boolean): void => {
      content.current = fresh
      setState({ key: source.key, folder: folder.current, files: fresh.all, isComplete, error: undefined })
    }
    const stop = followFiles(changes => {
      remember(changes.filter(change => !change.gone).map(change => change.file))
      const isOther = changes.map(change => {
        if (change.file.id === folder.current?.id && !change.gone) folder.current = { ...folder.current, ...withPath(change.file, folder.current) }
        if (content.current !== fresh) fresh.apply(change)
        return content.current.apply(change) || change.file.id === folder.current?.id
      })
      if (isOther.includes(true)) setState(last => ({ ...last, folder: folder.current, files: content.current.all }))
    }, reload)
    const read = async (): Promise<void> => {
      for await (const page of source.read(abort.signal)) {
        folder.current = page.folder
        fresh.take(page.files)
        remember(page.files)
        // Read for the first time it grows before one's eyes; read again it changes at once.
        if (isFirst) show(false)
      }
      show(true)
    }
    read().catch((error: unknown) => {
      if (abort.signal.aborted) return
      const keeps = !isNotFound(error)
      setState(last => (last.key === source.key && keeps ? { ...last, error } : { ...nothing(source.key), error }))
    })
    return () => {
      abort.abort()
      stop()
    }
  }, [source.key, turn])

  useEffect(() => {
    if (!(state.error instanceof OfflineError)) return
    addEventListener('online', reload)
    return () => removeEventListener('online', reload)
  }, [state.error])

  const { key: _, ...place } = state.key === source.key ? state : nothing(source.key)
  return { ...place, reload }
}

// The path of a folder that an event tells of may be left out.
const withPath = (file: FileResource, before: FileResource): FileResource =>
  file.attributes.path ? file : { ...file, attributes: { ...file.attributes, ...(before.attributes.path && { path: before.attributes.path }) } }
