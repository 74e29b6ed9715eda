import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { go, VirtualList, type FileResource, type Selection, type VirtualControl } from '@cozy-apps/ui'
import { isFolder } from '../data/model.ts'
import { text } from '../text.ts'
import { destroyFiles, trashFiles, type CommandContext } from './commands.tsx'
import { FileItem, type ItemActions } from './FileItem.tsx'
import { isTyping, nextPlace } from './keys.ts'
import { shape } from './viewing.ts'

export interface FileBrowserProps {
  readonly files: readonly FileResource[]
  readonly label: string
  readonly selection: Selection
  readonly context: CommandContext
  /** The address of a file: of a folder, or of the file above this place. */
  readonly hrefOf: (file: FileResource) => string
  readonly renaming: string | undefined
  readonly onRename: (id: string | undefined) => void
}

const rowHeight = 60
const cardHeight = 208
// Two in a row on the narrowest phones.
const cardWidth = (): number => (innerWidth < 480 ? 140 : 166)

/** Pixels that bars cover while one moves through the list by keys. */
const covered = { top: 150, bottom: 90 }

/** Files as a list or as a grid, with selecting, opening and moving about by mouse, touch and keys. */
export function FileBrowser({ files, label, selection, context, hrefOf, renaming, onRename }: FileBrowserProps): JSX.Element {
  const isGrid = shape.value === 'grid'
  const control = useRef<VirtualControl>(null)
  const element = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const wantsFocus = useRef<string | undefined>(undefined)
  const places = useMemo(() => new Map(files.map((file, place) => [file.id, place])), [files])
  const activePlace = (active !== undefined && places.get(active)) || 0

  // A cell that was far away is there only after it was scrolled to.
  useEffect(() => {
    if (wantsFocus.current === undefined) return
    const cell = element.current!.querySelector<HTMLElement>(`[data-id="${CSS.escape(wantsFocus.current)}"] [data-open]`)
    if (!cell) return
    wantsFocus.current = undefined
    cell.focus({ preventScroll: true })
  })

  const goTo = (place: number): FileResource | undefined => {
    const file = files[place]
    if (!file) return undefined
    control.current?.reveal(place, covered.top, covered.bottom)
    setActive(file.id)
    wantsFocus.current = file.id
    return file
  }

  const open = (file: FileResource): void => {
    if (!context.isTrash || isFolder(file)) go(hrefOf(file).slice(1))
  }

  // What an item calls is what is true when it calls.
  const now = useRef({ selection, context, open, onRename })
  now.current = { selection, context, open, onRename }
  const actions = useMemo((): ItemActions => ({
    selection: () => now.current.selection,
    context: () => now.current.context,
    open: file => now.current.open(file),
    focus: file => setActive(file.id),
    rename: id => now.current.onRename(id),
  }), [])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isTyping(event.target)) return
    const next = nextPlace(event, activePlace, files.length, control.current?.columns ?? 1)
    const file = files[activePlace]
    if (next !== undefined) {
      event.preventDefault()
      const reached = goTo(next)
      if (event.shiftKey && reached) {
        if (selection.ids.size === 0 && file) selection.only(file.id)
        selection.extendTo(reached.id)
      }
    } else if (event.key === ' ' && file) {
      event.preventDefault()
      selection.toggle(file.id)
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      selection.all()
    } else if (event.key === 'F2' && file && context.onRename) {
      event.preventDefault()
      onRename(file.id)
    } else if (event.key === 'Delete' && file && context.access.canChange) {
      const chosen = selection.ids.size > 0 ? files.filter(each => selection.has(each.id)) : [file]
      if (context.isTrash) destroyFiles(chosen)
      else void trashFiles(chosen)
    } else if (event.key === 'Escape' && selection.ids.size > 0) {
      event.stopPropagation()
      selection.clear()
    }
  }

  return (
    <div ref={element} class={isGrid ? 'browser browser--grid' : 'browser browser--list'} onKeyDown={onKeyDown}>
      <VirtualList
        items={files}
        keyOf={file => file.id}
        rowHeight={isGrid ? cardHeight : rowHeight}
        {...(isGrid && { cellWidth: cardWidth() })}
        label={label}
        control={control}
        render={(file, place) => (
          <FileItem
            file={file}
            place={place}
            count={files.length}
            isGrid={isGrid}
            isActive={place === activePlace}
            isRenaming={renaming === file.id}
            isSelected={selection.has(file.id)}
            isTrash={context.isTrash}
            canDrag={context.access.isOwner && !context.isTrash}
            href={hrefOf(file)}
            actions={actions}
          />
        )}
      />
      <p class="visually-hidden" role="status">{selection.ids.size > 0 ? text.selected(selection.ids.size) : ''}</p>
    </div>
  )
}
