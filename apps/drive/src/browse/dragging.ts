import { useState } from 'preact/hooks'
import type { FileResource, Selection } from '@cozy-apps/ui'
import { isFolder } from '../data/model.ts'
import { lately } from '../data/useContent.ts'
import type { CommandContext } from './commands.tsx'
import { moveFiles } from './transfer.ts'

const type = 'application/x-cozy-files'

/** What is dragged within this window. */
let dragged: readonly FileResource[] = []

/** Begins to drag a file, and with it all that are selected if it is one of them. */
export function startDrag(event: DragEvent, file: FileResource, selection: Selection): void {
  const others = selection.has(file.id) ? [...selection.ids].map(id => lately.get(id)).filter(other => other !== undefined) : []
  dragged = others.length > 0 ? others : [file]
  event.dataTransfer!.setData(type, String(dragged.length))
  event.dataTransfer!.effectAllowed = 'move'
}

export function endDrag(): void {
  dragged = []
}

/** A folder that files can be dropped on, to be moved there. */
export function useDropTarget(folder: FileResource, context: () => CommandContext) {
  const [isOver, setOver] = useState(false)
  const takes = (event: DragEvent): boolean =>
    isFolder(folder) && context().access.isOwner && !context().isTrash
    && (event.dataTransfer?.types.includes(type) ?? false) && !dragged.some(file => file.id === folder.id)
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takes(event)) return
        event.preventDefault()
        event.dataTransfer!.dropEffect = 'move'
        setOver(true)
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false)
        if (!takes(event)) return
        event.preventDefault()
        void moveFiles(dragged, folder)
      },
    },
  }
}
