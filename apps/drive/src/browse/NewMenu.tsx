import type { JSX } from 'preact'
import { Button, go, IconFolder, IconFolderAdd, IconPlus, IconText, IconUpload, Menu, notifyError, type FileResource, type MenuItem } from '@cozy-apps/ui'
import { makeText } from '../data/actions.ts'
import { NewFolderDialog } from '../dialogs/NewFolderDialog.tsx'
import { showDialog } from '../dialogs/dialogs.tsx'
import { text } from '../text.ts'
import { pickFiles } from '../upload/pick.ts'

/** What can be added to a folder. */
export function newItems(folder: FileResource): MenuItem[] {
  const note = async (): Promise<void> => {
    const made = await makeText(folder.id, text.newTextName)
    go(`/folder/${folder.id}/file/${made.id}?edit`)
  }
  return [
    { label: text.uploadFiles, icon: IconUpload, onSelect: () => pickFiles(folder) },
    { label: text.uploadFolder, icon: IconFolder, onSelect: () => pickFiles(folder, true) },
    { label: text.newFolder, icon: IconFolderAdd, onSelect: () => showDialog(close => <NewFolderDialog parent={folder} onClose={close} />) },
    { label: text.newText, icon: IconText, onSelect: () => void note().catch(notifyError) },
  ]
}

/** The button that adds. */
export const NewMenu = ({ folder, align = 'start', class: extra = '' }: { folder: FileResource; align?: 'start' | 'end'; class?: string }): JSX.Element => (
  <div class={`new ${extra}`}>
    <Menu label={text.add} align={align} items={newItems(folder)} button={button => <Button kind="main" icon={IconPlus} {...button}>{text.add}</Button>} />
  </div>
)
