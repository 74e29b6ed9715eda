import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'

export interface VirtualListProps<T> {
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** In pixels, the same for all. */
  readonly rowHeight: number
  /** For a grid: the least width of a cell in pixels. A list has one cell in a row. */
  readonly cellWidth?: number
  readonly render: (item: T, place: number) => ComponentChildren
  /** `list`, `grid`, `listbox`, …; its cells bring the role that goes with it. */
  readonly role?: JSX.IntrinsicElements['div']['role']
  readonly label: string
  readonly class?: string
  /** Filled with a way to reach cells that are not in the page. */
  readonly control?: { current: VirtualControl | null }
}

/** How to move about in a long list. */
export interface VirtualControl {
  /** How many cells are in a row. */
  readonly columns: number
  /** Scrolls until a cell is seen; `top` and `bottom` are pixels of the window that something else covers. */
  readonly reveal: (place: number, top: number, bottom: number) => void
}

const spare = 6

/** A long list or grid of which only what is seen is in the page; it scrolls with the window. */
export function VirtualList<T>({ items, keyOf, rowHeight, cellWidth, render, role = 'list', label, class: extra = '', control }: VirtualListProps<T>): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ from: 0, to: 40, columns: 1 })

  const look = (): void => {
    // Observers may call once more after the list has gone.
    const box = element.current?.getBoundingClientRect()
    if (!box) return
    const columns = cellWidth ? Math.max(1, Math.floor(box.width / cellWidth)) : 1
    const first = Math.max(0, Math.floor(-box.top / rowHeight) - spare)
    const shown = Math.ceil(window.innerHeight / rowHeight) + 2 * spare
    const next = { from: first * columns, to: (first + shown) * columns, columns }
    setView(last => (last.from === next.from && last.to === next.to && last.columns === columns ? last : next))
  }
  useLayoutEffect(look, [items.length, rowHeight, cellWidth])
  useEffect(() => {
    addEventListener('scroll', look, { passive: true, capture: true })
    const sizes = new ResizeObserver(look)
    sizes.observe(element.current!)
    return () => {
      removeEventListener('scroll', look, { capture: true })
      sizes.disconnect()
    }
  }, [rowHeight, cellWidth])

  const { columns } = view
  if (control) control.current = { columns, reveal: (place, top, bottom) => reveal(element.current!, Math.floor(place / columns) * rowHeight, rowHeight, top, bottom) }
  const from = Math.min(view.from, Math.max(0, items.length - columns))
  const rows = Math.ceil(items.length / columns)
  return (
    <div ref={element} class={extra} role={role} aria-label={label} style={{ position: 'relative', blockSize: `${rows * rowHeight}px` }}>
      {items.slice(from, view.to).map((item, offset) => {
        const place = from + offset
        const style = {
          position: 'absolute' as const,
          insetBlockStart: `${Math.floor(place / columns) * rowHeight}px`,
          insetInlineStart: `${((place % columns) * 100) / columns}%`,
          inlineSize: `${100 / columns}%`,
          blockSize: `${rowHeight}px`,
        }
        return <div key={keyOf(item)} role="presentation" style={style}>{render(item, place)}</div>
      })}
    </div>
  )
}

function reveal(list: HTMLElement, from: number, height: number, top: number, bottom: number): void {
  const above = list.getBoundingClientRect().top + from - top
  const below = list.getBoundingClientRect().top + from + height - (innerHeight - bottom)
  if (above < 0) scrollBy(0, above)
  else if (below > 0) scrollBy(0, below)
}
