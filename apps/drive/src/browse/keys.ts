type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** The place a key leads to from another; undefined when it is no key to move by. */
export function nextPlace({ key, ctrlKey, metaKey, altKey }: Key, place: number, count: number, columns: number): number | undefined {
  if (ctrlKey || metaKey || altKey || count === 0) return undefined
  const isGrid = columns > 1
  const page = columns * 8
  const to = {
    ArrowDown: place + columns <= count - 1 || !isGrid ? place + columns : place,
    ArrowUp: place - columns >= 0 || !isGrid ? place - columns : place,
    ArrowRight: isGrid ? place + 1 : undefined,
    ArrowLeft: isGrid ? place - 1 : undefined,
    PageDown: place + page,
    PageUp: place - page,
    Home: 0,
    End: count - 1,
  }[key]
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to))
}

/** Whether keys are meant for a field and not for the page. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input:not([type=checkbox]), textarea, select') || target.closest('[role=menu]') !== null)
