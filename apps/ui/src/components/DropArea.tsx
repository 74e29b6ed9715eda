import { useRef, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { IconUpload } from '../icons/icons.tsx'
import { common } from '../text/common.ts'

export interface DroppedFile {
  readonly file: File
  /** The folders it was in, for folders that were dropped; empty for a file. */
  readonly folders: readonly string[]
}

/** A place one can drop files and folders on. */
export function DropArea({ onDrop, children, label = common.dropHere, disabled }: { onDrop: (files: DroppedFile[]) => void; children: ComponentChildren; label?: string; disabled?: boolean }): JSX.Element {
  const [isOver, setOver] = useState(false)
  const depth = useRef(0)
  const carriesFiles = (event: DragEvent): boolean => !disabled && (event.dataTransfer?.types.includes('Files') ?? false)
  return (
    <div
      class="drop"
      onDragEnter={event => { if (carriesFiles(event)) { depth.current++; setOver(true) } }}
      onDragOver={event => { if (carriesFiles(event)) event.preventDefault() }}
      onDragLeave={event => { if (carriesFiles(event) && --depth.current <= 0) { depth.current = 0; setOver(false) } }}
      onDrop={event => {
        if (!carriesFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(false)
        void readDropped(event.dataTransfer!).then(files => files.length > 0 && onDrop(files))
      }}
    >
      {children}
      {isOver && <div class="drop__veil" aria-hidden="true"><span><IconUpload size={28} /> {label}</span></div>}
    </div>
  )
}

/** The files of a drop, with those in the folders that were dropped. */
export async function readDropped(transfer: DataTransfer): Promise<DroppedFile[]> {
  // Entries are gone after the first wait: they are taken before.
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  if (entries.length === 0) return [...transfer.files].map(file => ({ file, folders: [] }))
  return (await Promise.all(entries.map(entry => readEntry(entry, [])))).flat()
}

async function readEntry(entry: FileSystemEntry, folders: readonly string[]): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ file, folders }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: DroppedFile[] = []
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    for (const inner of some) found.push(...(await readEntry(inner, [...folders, entry.name])))
  }
}
