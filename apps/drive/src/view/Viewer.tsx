import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import {
  common, EmptyState, getFile, IconArrowLeft, IconButton, IconClose, IconDownload, IconFile, IconMore, IconShare, instanceUrl, Loading, Menu, explain, type FileResource,
} from '@cozy-apps/ui'
import { commandsFor, shareFile } from '../browse/commands.tsx'
import { hasThumb } from '../browse/Thumb.tsx'
import { useAccess } from '../data/access.ts'
import { download } from '../data/download.ts'
import { isFolder } from '../data/model.ts'
import { confirmLeave } from '../dialogs/confirm.tsx'
import { text } from '../text.ts'
import { isDirty } from './dirty.ts'
import { FileStage } from './FileStage.tsx'

export interface ViewerProps {
  readonly id: string
  /** The files of the place, in their order: the ones before and behind. */
  readonly files: readonly FileResource[]
  readonly isEditing: boolean
  readonly isTrash: boolean
  readonly onClose: () => void
  readonly onShow: (id: string) => void
}

/** Shows a file above everything, with ways to the ones before and behind it. */
export function Viewer({ id, files, isEditing, isTrash, onClose, onShow }: ViewerProps): JSX.Element {
  const access = useAccess()
  const element = useRef<HTMLDivElement>(null)
  const viewable = files.filter(file => !isFolder(file))
  const place = viewable.findIndex(file => file.id === id)
  const { file, error } = useFile(id, viewable[place])
  useModal(element)

  const leave = async (to: () => void): Promise<void> => {
    if (isDirty.value && !(await confirmLeave())) return
    isDirty.value = false
    to()
  }
  const showAt = (next: number): void => {
    const other = viewable[next]
    if (other) void leave(() => onShow(other.id))
  }
  const onKeyDown = useRef<(event: KeyboardEvent) => void>(() => undefined)
  onKeyDown.current = event => {
    const target = event.target as Element
    // A dialog above has the keys.
    if (document.querySelector('dialog[open]')) return
    if (event.key === 'Escape') void leave(onClose)
    else if (target.closest('input, textarea, [data-own-keys], [role=menu]')) return
    else if (event.key === 'ArrowLeft') showAt(place - 1)
    else if (event.key === 'ArrowRight') showAt(place + 1)
  }
  useEffect(() => {
    // Of the whole page: a button that goes away takes the focus with it.
    const listen = (event: KeyboardEvent): void => onKeyDown.current(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  usePreload(viewable[place - 1], viewable[place + 1])
  const swipe = useSwipe(() => showAt(place + 1), () => showAt(place - 1))

  return (
    <div ref={element} class="viewer" role="dialog" aria-modal="true" aria-label={file?.attributes.name ?? common.loading} tabIndex={-1}>
      <header class="viewer__bar">
        <IconButton icon={IconClose} label={common.close} onClick={() => void leave(onClose)} />
        <div class="viewer__title">
          <h2 class="clip">{file?.attributes.name}</h2>
          {place >= 0 && viewable.length > 1 && <span class="small" role="status">{text.position(place + 1, viewable.length)}</span>}
        </div>
        {file && (
          <>
            <IconButton icon={IconDownload} label={text.download} onClick={() => void download([file], text.archiveName)} />
            {access.isOwner && !isTrash && <IconButton icon={IconShare} label={text.share} onClick={() => shareFile(file)} />}
            <Menu label={text.moreOf(file.attributes.name)} items={commandsFor([file], { access, isTrash, isMixed: false, onGone: onClose })} button={button => <IconButton icon={IconMore} label={text.moreOf(file.attributes.name)} {...button} />} />
          </>
        )}
      </header>
      <div class="viewer__stage" {...swipe}>
        {file ? <FileStage file={file} isEditing={isEditing} /> : error === undefined ? <Loading /> : <EmptyState icon={IconFile} title={explain(error)} />}
      </div>
      {place > 0 && <IconButton icon={IconArrowLeft} label={text.previous} class="viewer__previous" onClick={() => showAt(place - 1)} />}
      {place >= 0 && place < viewable.length - 1 && <IconButton icon={IconArrowLeft} label={text.next} class="viewer__next" onClick={() => showAt(place + 1)} />}
    </div>
  )
}

/** The file of the list, or one that is read because it is not in it. */
function useFile(id: string, listed: FileResource | undefined): { readonly file: FileResource | undefined; readonly error: unknown } {
  const [state, setState] = useState<{ id: string; file?: FileResource; error?: unknown }>({ id })
  useEffect(() => {
    if (listed) return
    const abort = new AbortController()
    getFile(id, abort.signal).then(
      file => setState({ id, file }),
      (error: unknown) => !abort.signal.aborted && setState({ id, error }),
    )
    return () => abort.abort()
  }, [id, listed === undefined])
  const read = state.id === id ? state : { file: undefined, error: undefined }
  return { file: listed ?? read.file, error: read.error }
}

/** Has the pictures beside the one that is shown ready. */
function usePreload(...beside: (FileResource | undefined)[]): void {
  const addresses = beside.map(file => (file && hasThumb(file) ? file.links?.large : undefined))
  useEffect(() => {
    for (const address of addresses) if (address) new Image().src = instanceUrl(address)
  }, addresses)
}

/** Keeps the focus and the eyes in the viewer as long as it is there; dialogs may lie above it. */
function useModal(element: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const viewer = element.current!
    const before = document.activeElement
    const beneath = [...document.querySelectorAll<HTMLElement>('.bar, #content')]
    for (const part of beneath) part.inert = true
    document.documentElement.classList.add('is-viewing')
    viewer.focus({ preventScroll: true })
    return () => {
      for (const part of beneath) part.inert = false
      document.documentElement.classList.remove('is-viewing')
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
}

const leastSwipe = 60

/** A finger that wipes turns the page. */
function useSwipe(onLeft: () => void, onRight: () => void) {
  const start = useRef<{ x: number; y: number } | undefined>(undefined)
  return {
    onTouchStart: (event: TouchEvent) => {
      const [touch] = event.touches
      const isOwn = (event.target as Element).closest('textarea, video, audio, iframe, [data-own-keys]')
      start.current = touch && event.touches.length === 1 && !isOwn ? { x: touch.clientX, y: touch.clientY } : undefined
    },
    onTouchEnd: (event: TouchEvent) => {
      const [touch] = event.changedTouches
      if (!start.current || !touch) return
      const across = touch.clientX - start.current.x
      if (Math.abs(across) < leastSwipe || Math.abs(across) < 2 * Math.abs(touch.clientY - start.current.y)) return
      if (across < 0) onLeft()
      else onRight()
    },
  }
}
