import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import type { IconType } from '../icons/icons.tsx'

/** What a popup's button needs. */
export interface PopupButton {
  readonly onClick: () => void
  readonly 'aria-expanded': boolean
  readonly 'aria-haspopup': 'menu' | 'dialog'
  readonly 'aria-controls': string
}

export interface PopupProps {
  /** Draws the button. */
  readonly button: (props: PopupButton) => JSX.Element
  readonly label: string
  readonly children: ComponentChildren | ((close: () => void) => ComponentChildren)
  readonly align?: 'start' | 'end'
  readonly kind?: 'menu' | 'dialog'
}

/** Pixels between a panel and the edge of the window. */
const edge = 8

/** Something that opens below its button, and closes by Escape, by a click elsewhere or when the focus leaves. */
export function Popup({ button, label, children, align = 'end', kind = 'dialog' }: PopupProps): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const [place, setPlace] = useState({ isAbove: false, up: 0 })
  const element = useRef<HTMLDivElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const id = useId()
  const close = (): void => setOpen(false)

  // Below its button, above it when there is no room below, and over it when there is none at either side.
  useLayoutEffect(() => {
    if (!isOpen) return setPlace({ isAbove: false, up: 0 })
    const button = element.current!.getBoundingClientRect()
    const height = panel.current!.offsetHeight + edge
    const missing = button.bottom + height - innerHeight
    const isAbove = missing > 0 && button.top > height
    setPlace({ isAbove, up: missing > 0 && !isAbove ? Math.min(missing, button.bottom) : 0 })
  }, [isOpen])

  useEffect(() => {
    if (!isOpen) return
    const popup = element.current!
    const outside = (event: PointerEvent): void => {
      if (!event.composedPath().includes(popup)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside, true)
    if (kind === 'menu') itemsOf(popup)[0]?.focus()
    return () => document.removeEventListener('pointerdown', outside, true)
  }, [isOpen])

  const onKeyDown = (event: KeyboardEvent): void => {
    const popup = element.current!
    if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      close()
      popup.querySelector('button')?.focus()
    } else if (kind === 'menu' && isOpen) moveFocus(popup, event)
  }

  return (
    <div
      class="popup"
      ref={element}
      onKeyDown={onKeyDown}
      onFocusOut={event => event.relatedTarget instanceof Node && !element.current!.contains(event.relatedTarget) && close()}
    >
      {button({ onClick: () => setOpen(!isOpen), 'aria-expanded': isOpen, 'aria-haspopup': kind, 'aria-controls': id })}
      {isOpen && (
        <div id={id} ref={panel} class={`popup__panel popup__panel--${align}${place.isAbove ? ' popup__panel--above' : ''}`} style={place.up > 0 ? { marginBlockStart: `${-place.up}px` } : undefined} role={kind} aria-label={label}>
          {typeof children === 'function' ? children(close) : children}
        </div>
      )}
    </div>
  )
}

const itemsOf = (popup: HTMLElement): HTMLElement[] => [...popup.querySelectorAll<HTMLElement>('[role^=menuitem]:not([disabled])')]

function moveFocus(popup: HTMLElement, event: KeyboardEvent): void {
  const items = itemsOf(popup)
  const place = items.indexOf((popup.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement)
  const next = { ArrowDown: place + 1, ArrowUp: place - 1 + items.length, Home: 0, End: items.length - 1 }[event.key]
  if (next === undefined || items.length === 0) return
  event.preventDefault()
  items[next % items.length]!.focus()
}

export interface MenuItem {
  readonly label: string
  readonly icon?: IconType
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly href?: string
  readonly onSelect?: () => void
}

/** A list of things to do, moved through by the arrow keys. Given as a function, the things are thought of when it opens. */
export const Menu = ({ items, ...popup }: Omit<PopupProps, 'children' | 'kind'> & { readonly items: readonly MenuItem[] | (() => readonly MenuItem[]) }): JSX.Element => (
  <Popup {...popup} kind="menu">
    {close => (typeof items === 'function' ? items() : items).map(item => <MenuRow key={item.label} item={item} close={close} />)}
  </Popup>
)

function MenuRow({ item, close }: { item: MenuItem; close: () => void }): JSX.Element {
  const { icon: Icon, label, href, danger, disabled, onSelect } = item
  const content = <>{Icon && <Icon size={20} />}<span>{label}</span></>
  const shared = { role: 'menuitem', tabIndex: -1, class: `menu__item${danger ? ' menu__item--danger' : ''}` } as const
  if (href) return <a {...shared} href={href} onClick={close}>{content}</a>
  return (
    <button {...shared} type="button" disabled={disabled} onClick={() => { close(); onSelect?.() }}>{content}</button>
  )
}
