import { useMemo, useRef, useState } from 'preact/hooks'

export interface Selection {
  readonly ids: ReadonlySet<string>
  readonly has: (id: string) => boolean
  /** Selects this one alone. */
  readonly only: (id: string) => void
  readonly toggle: (id: string) => void
  /** Selects everything between the last one that was selected and this one. */
  readonly extendTo: (id: string) => void
  readonly all: () => void
  readonly clear: () => void
  /** What a click means: with Shift up to here, with Ctrl or Cmd this one too, else this one alone. */
  readonly click: (id: string, event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>) => void
}

/** The part of `order` between two ids, both included. */
export function between(order: readonly string[], from: string, to: string): readonly string[] {
  const ends = [order.indexOf(from), order.indexOf(to)]
  if (ends.includes(-1)) return [to]
  return order.slice(Math.min(...ends), Math.max(...ends) + 1)
}

/** Which entries of a list are selected; those that are gone from it are not. */
export function useSelection(order: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string | undefined>(undefined)
  return useMemo(() => {
    const known = new Set(order)
    const ids = new Set([...chosen].filter(id => known.has(id)))
    const choose = (next: Iterable<string>, from?: string): void => {
      anchor.current = from
      setChosen(new Set(next))
    }
    const only = (id: string): void => choose([id], id)
    const toggle = (id: string): void => choose(ids.has(id) ? [...ids].filter(other => other !== id) : [...ids, id], id)
    const extendTo = (id: string): void => choose([...ids, ...between(order, anchor.current ?? id, id)], anchor.current ?? id)
    return {
      ids,
      has: id => ids.has(id),
      only,
      toggle,
      extendTo,
      all: () => choose(order),
      clear: () => choose([]),
      click: (id, event) => (event.shiftKey ? extendTo(id) : event.ctrlKey || event.metaKey ? toggle(id) : only(id)),
    }
  }, [order, chosen])
}
