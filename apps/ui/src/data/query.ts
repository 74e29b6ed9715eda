import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { OfflineError } from './errors.ts'
import { listen } from './realtime.ts'

export interface Query<T> {
  /** What was read last; undefined as long as nothing was. */
  readonly data: T | undefined
  /** Why the last try failed; undefined when it did not. */
  readonly error: unknown
  /** Whether nothing is known yet. */
  readonly isLoading: boolean
  /** Reads again. */
  readonly reload: () => void
  /** Shows something before the server has confirmed it. */
  readonly show: (data: T) => void
}

/** Events come in flocks: one more read serves them all. */
const quiet = 120

/**
 * Reads something, and again whenever documents of `live` doctypes change, the network is back or `keys` are others.
 * What was read stays while it is read again, and when that fails.
 */
export function useQuery<T>(read: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[], live: readonly string[] = []): Query<T> {
  const [state, setState] = useState<{ data?: T; error?: unknown; keys: readonly unknown[] }>({ keys })
  const [turn, setTurn] = useState(0)
  const reading = useRef(read)
  reading.current = read
  const reload = useCallback(() => setTurn(last => last + 1), [])

  useEffect(() => {
    const abort = new AbortController()
    reading.current(abort.signal).then(
      data => !abort.signal.aborted && setState({ data, keys }),
      (error: unknown) => !abort.signal.aborted && setState(last => (same(last.keys, keys) ? { ...last, error } : { error, keys })),
    )
    return () => abort.abort()
  }, [...keys, turn])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        reload()
      }, quiet)
    }
    const ends = live.map(doctype => listen(doctype, later, later))
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [live.join(' ')])

  useEffect(() => {
    if (!(state.error instanceof OfflineError)) return
    window.addEventListener('online', reload)
    return () => window.removeEventListener('online', reload)
  }, [state.error])

  const current = same(state.keys, keys) ? state : { data: undefined, error: undefined }
  return {
    data: current.data,
    error: current.error,
    isLoading: current.data === undefined && current.error === undefined,
    reload,
    show: data => setState({ data, keys }),
  }
}

const same = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((value, place) => Object.is(value, right[place]))
