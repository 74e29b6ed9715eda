import { useMemo, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, Dialog, ErrorState, IconButton, IconChevronRight, IconArrowLeft, IconFolderAdd, Loading, trashFolder, type FileResource } from '@cozy-apps/ui'
import { FileIcon } from '../browse/FileIcon.tsx'
import { useAncestors } from '../data/ancestors.ts'
import { isFolder } from '../data/model.ts'
import { folderSource } from '../data/sources.ts'
import { sortFiles } from '../data/sorting.ts'
import { useContent } from '../data/useContent.ts'
import { text } from '../text.ts'
import { showDialog } from './dialogs.tsx'
import { NewFolderDialog } from './NewFolderDialog.tsx'

export interface FolderPickerProps {
  readonly title: string
  readonly action: string
  /** The folder it opens with. */
  readonly start: string
  /** Folders that cannot be chosen, nor what is in them. */
  readonly without: readonly FileResource[]
  readonly onPick: (folder: FileResource) => void
  readonly onClose: () => void
}

const byName = { field: 'name', isDescending: false } as const

/** Chooses a folder. */
export function FolderPicker({ title, action, start, without, onPick, onClose }: FolderPickerProps): JSX.Element {
  const [id, setId] = useState(start)
  const source = useMemo(() => folderSource(id), [id])
  const { folder, files, error, reload } = useContent(source)
  const above = useAncestors(folder)
  const folders = useMemo(() => sortFiles((files ?? []).filter(isFolder), byName), [files])
  const parent = above.at(-1)
  const forbidden = new Set(without.map(file => file.id))
  const name = folder?.attributes.name || text.files
  const makeFolder = (): void => {
    if (folder) showDialog(close => <NewFolderDialog parent={folder} onClose={close} onDone={made => setId(made.id)} />)
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" icon={IconFolderAdd} class="picker__new" onClick={makeFolder}>{text.newFolder}</Button>
          <Button kind="main" disabled={!folder || (without.length > 0 && id === start)} onClick={() => folder && onPick(folder)}>{action}</Button>
        </>
      }
    >
      <div class="picker__at">
        {parent && <IconButton icon={IconArrowLeft} label={text.upTo(parent.attributes.name || text.files)} onClick={() => setId(parent.id)} />}
        <FileIcon kind="folder" size={26} />
        <strong class="clip" aria-live="polite">{folder ? name : ''}</strong>
      </div>
      <div class="picker__list">
        {error !== undefined && !files ? <ErrorState error={error} onRetry={reload} />
          : !files ? <Loading />
          : folders.length === 0 ? <p class="picker__none soft">{text.noFolders}</p>
          : (
            <ul>
              {folders.slice(0, mostShown).map(inner => (
                <li key={inner.id}>
                  <button type="button" class="menu__item" disabled={forbidden.has(inner.id) || inner.id === trashFolder} onClick={() => setId(inner.id)}>
                    <FileIcon kind="folder" size={24} />
                    <span class="clip">{inner.attributes.name}</span>
                    <IconChevronRight size={18} />
                  </button>
                </li>
              ))}
            </ul>
          )}
      </div>
    </Dialog>
  )
}

/** More folders in one place than anybody looks through here. */
const mostShown = 1000
