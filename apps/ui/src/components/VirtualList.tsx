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
}

const spare = 6

/** A long list or grid of which only what is seen is in the page; it scrolls with the window. */
export function VirtualList<T>({ items, keyOf, rowHeight, cellWidth, render, role = 'list', label, class: extra = '' }: VirtualListProps<T>): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ from: 0, to: 40, columns: 1 })

  const look = (): void => {
    const box = element.current!.getBoundingClientRect()
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
