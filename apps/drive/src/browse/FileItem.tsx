import { useRef } from 'preact/hooks'
import { Component, type JSX } from 'preact'
import { formatMoment, formatSize, formatWhen, IconButton, IconLink, IconMore, IconStar, Menu, type FileResource, type Selection } from '@cozy-apps/ui'
import { linksOf } from '../data/links.ts'
import { isFavorite, isFolder, sizeOf } from '../data/model.ts'
import { text } from '../text.ts'
import { commandsFor, type CommandContext } from './commands.tsx'
import { endDrag, startDrag, useDropTarget } from './dragging.ts'
import { RenameField } from './RenameField.tsx'
import { Thumb } from './Thumb.tsx'

/** What an item asks of its list; the same object for all of them, for as long as the list is there. */
export interface ItemActions {
  readonly selection: () => Selection
  readonly context: () => CommandContext
  readonly open: (file: FileResource) => void
  readonly focus: (file: FileResource) => void
  readonly rename: (id: string | undefined) => void
}

export interface FileItemProps {
  readonly file: FileResource
  readonly place: number
  readonly count: number
  readonly isGrid: boolean
  /** Whether the tab key stops here. */
  readonly isActive: boolean
  readonly isRenaming: boolean
  readonly isSelected: boolean
  readonly isTrash: boolean
  readonly canDrag: boolean
  readonly href: string
  readonly actions: ItemActions
}

/** An item that is drawn again only when something of it is another: lists are long, and scrolled through fast. */
export class FileItem extends Component<FileItemProps> {
  override shouldComponentUpdate(next: FileItemProps): boolean {
    return (Object.keys(next) as (keyof FileItemProps)[]).some(name => next[name] !== this.props[name])
  }

  override render(): JSX.Element {
    return <Item {...this.props} />
  }
}

/** How long a finger stays before it means to select. */
const longPress = 450

/** A file in a list or grid. */
function Item({ file, place, count, isGrid, isActive, isRenaming, isSelected, isTrash, canDrag, href, actions }: FileItemProps): JSX.Element {
  const { name } = file.attributes
  const press = useLongPress(() => actions.selection().toggle(file.id))
  const drop = useDropTarget(file, actions.context)

  const onClick = (event: MouseEvent): void => {
    if ((event.target as Element).closest('button, input, label, [role=menu]')) return
    if (press.wasLong()) return event.preventDefault()
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey
    const selection = actions.selection()
    if (isPlain && selection.ids.size === 0) {
      if (!(event.target as Element).closest('a')) actions.open(file)
      else if (isTrash && !isFolder(file)) event.preventDefault()
      return
    }
    event.preventDefault()
    if (isPlain) selection.toggle(file.id)
    else selection.click(file.id, event)
  }

  return (
    <div
      role="listitem"
      aria-setsize={count}
      aria-posinset={place + 1}
      class={`item item--${isGrid ? 'card' : 'row'}${isSelected ? ' item--selected' : ''}${drop.isOver ? ' item--over' : ''}`}
      data-id={file.id}
      data-name={name}
      draggable={canDrag && !isRenaming}
      onDragStart={event => startDrag(event, file, actions.selection())}
      onDragEnd={endDrag}
      {...drop.handlers}
      {...press.handlers}
      onClick={onClick}
      onFocusIn={() => actions.focus(file)}
    >
      <label class="item__check">
        <input class="checkbox" type="checkbox" tabIndex={-1} aria-label={text.select(name)} checked={isSelected} onChange={() => actions.selection().toggle(file.id)}
          onClick={event => { if (event.shiftKey) { event.preventDefault(); actions.selection().extendTo(file.id) } }} />
      </label>
      {isRenaming
        ? <><span class="item__picture"><Thumb file={file} size={isGrid ? 'small' : 'tiny'} iconSize={isGrid ? 72 : 34} /></span><RenameField file={file} onDone={() => actions.rename(undefined)} /></>
        : (
          <a class="item__open" data-open href={href} tabIndex={isActive ? 0 : -1} draggable={false} title={name}>
            <span class="item__picture"><Thumb file={file} size={isGrid ? 'small' : 'tiny'} iconSize={isGrid ? 72 : 34} /></span>
            <span class="item__text">
              <span class="item__name">{name}</span>
              <span class="item__facts">{factsOf(file, isGrid)}</span>
            </span>
            <Marks file={file} />
          </a>
        )}
      <span class="item__date" title={formatMoment(file.attributes.updated_at)}>{formatWhen(file.attributes.updated_at)}</span>
      <span class="item__size">{isFolder(file) ? '' : formatSize(sizeOf(file) ?? 0)}</span>
      <span class="item__more">
        <Menu label={text.moreOf(name)} items={() => commandsFor([file], actions.context())} button={button => <IconButton icon={IconMore} label={text.moreOf(name)} tabIndex={isActive ? 0 : -1} {...button} />} />
      </span>
    </div>
  )
}

// A card has room for one of them.
function factsOf(file: FileResource, isGrid: boolean): string {
  const when = formatWhen(file.attributes.updated_at)
  if (isFolder(file)) return when
  const size = formatSize(sizeOf(file) ?? 0)
  return isGrid ? size : `${when} · ${size}`
}

function Marks({ file }: { file: FileResource }): JSX.Element | null {
  const isShared = linksOf(file).length > 0
  if (!isShared && !isFavorite(file)) return null
  return (
    <span class="item__marks">
      {isFavorite(file) && <span class="item__star" title={text.favorite}><IconStar size={16} /><span class="visually-hidden">{text.favorite}</span></span>}
      {isShared && <span title={text.shared}><IconLink size={16} /><span class="visually-hidden">{text.shared}</span></span>}
    </span>
  )
}

/** A finger that stays selects, and the click that follows does nothing. */
function useLongPress(run: () => void) {
  const state = useRef<{ timer: ReturnType<typeof setTimeout> | undefined; isLong: boolean; isTouch: boolean }>({ timer: undefined, isLong: false, isTouch: false })
  const stop = (): void => clearTimeout(state.current.timer)
  return {
    wasLong: () => state.current.isLong,
    handlers: {
      onTouchStart: () => {
        stop()
        state.current.isLong = false
        state.current.isTouch = true
        state.current.timer = setTimeout(() => {
          state.current.isLong = true
          run()
        }, longPress)
      },
      onTouchMove: stop,
      onTouchEnd: stop,
      onTouchCancel: stop,
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType === 'touch') return
        state.current.isLong = false
        state.current.isTouch = false
      },
      // The browser's own menu of a link would lie above what was selected.
      onContextMenu: (event: MouseEvent) => state.current.isTouch && event.preventDefault(),
    },
  }
}
