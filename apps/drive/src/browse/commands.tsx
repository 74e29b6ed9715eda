import {
  explain, go, notify, notifyError, session,
  IconCopy, IconDownload, IconEdit, IconFolder, IconHistory, IconInfo, IconMove, IconRestore, IconShare, IconStar, IconTrash,
  type FileResource, type MenuItem,
} from '@cozy-apps/ui'
import type { Access } from '../data/access.ts'
import * as actions from '../data/actions.ts'
import { download } from '../data/download.ts'
import { isFavorite, isFolder } from '../data/model.ts'
import { confirmDestroy } from '../dialogs/confirm.tsx'
import { showDialog } from '../dialogs/dialogs.tsx'
import { DetailsDialog } from '../dialogs/DetailsDialog.tsx'
import { FolderPicker } from '../dialogs/FolderPicker.tsx'
import { VersionsDialog } from '../dialogs/VersionsDialog.tsx'
import { ShareDialog } from '../share/ShareDialog.tsx'
import { text } from '../text.ts'
import { copyFiles, moveFiles } from './transfer.ts'

export interface CommandContext {
  readonly access: Access
  /** Whether what is shown is in the trash. */
  readonly isTrash: boolean
  /** Whether the files come from several folders, so that one may want to go there. */
  readonly isMixed: boolean
  /** Begins to rename; undefined where that cannot be. */
  readonly onRename?: ((file: FileResource) => void) | undefined
  /** Called when files were taken away. */
  readonly onGone?: (() => void) | undefined
}

/** Tells how many failed, and why. */
export function report(failed: readonly actions.Failed[]): void {
  const [first] = failed
  if (first) notifyError(failed.length === 1 ? first.error : text.someFailed(failed.length, explain(first.error)))
}

/** Moves files to the trash, with a way back. */
export async function trashFiles(files: readonly FileResource[]): Promise<void> {
  const failed = await actions.forEach(files, actions.trash)
  const done = files.filter(file => !failed.some(other => other.file.id === file.id))
  report(failed)
  if (done.length === 0) return
  notify(text.trashed(done.length), session.isLoggedIn ? { label: text.undo, run: () => void restoreFiles(done) } : undefined)
}

export async function restoreFiles(files: readonly FileResource[]): Promise<void> {
  const failed = await actions.forEach(files, actions.restore)
  report(failed)
  if (failed.length < files.length) notify(text.restored(files.length - failed.length))
}

export const destroyFiles = (files: readonly FileResource[], onGone?: () => void): void => confirmDestroy(files.length, async () => {
  onGone?.()
  report(await actions.forEach(files, actions.destroy))
})

export const shareFile = (file: FileResource): void => showDialog(close => <ShareDialog file={file} onClose={close} />)

export function moveSome(files: readonly FileResource[]): void {
  showDialog(close => (
    <FolderPicker title={text.moveTo(files.length)} action={text.moveHere} start={files[0]!.attributes.dir_id} without={files} onClose={close}
      onPick={async folder => { close(); await moveFiles(files, folder) }} />
  ))
}

export function copySome(files: readonly FileResource[]): void {
  showDialog(close => (
    <FolderPicker title={text.copyTo(files.length)} action={text.copyHere} start={files[0]!.attributes.dir_id} without={[]} onClose={close}
      onPick={async folder => { close(); await copyFiles(files, folder) }} />
  ))
}

const guarded = (run: () => Promise<unknown>) => (): void => void run().catch(notifyError)

/** What can be done with files, the most wanted first. */
export function commandsFor(files: readonly FileResource[], context: CommandContext): MenuItem[] {
  if (context.isTrash) return trashCommands(files, context)
  const [first] = files
  const single = files.length === 1 ? first : undefined
  const { access } = context
  const items: (MenuItem | false | undefined)[] = [
    { label: text.download, icon: IconDownload, onSelect: () => void download(files, text.archiveName) },
    access.isOwner && single && { label: text.share, icon: IconShare, onSelect: () => shareFile(single) },
    access.canChange && single && context.onRename && { label: text.rename, icon: IconEdit, onSelect: () => context.onRename!(single) },
    access.isOwner && { label: text.move, icon: IconMove, onSelect: () => moveSome(files) },
    access.isOwner && { label: text.copy, icon: IconCopy, onSelect: () => copySome(files) },
    access.isOwner && single && favoriteCommand(single),
    access.isOwner && single && !isFolder(single) && { label: text.versions, icon: IconHistory, onSelect: () => showDialog(close => <VersionsDialog file={single} onClose={close} />) },
    single && { label: text.details, icon: IconInfo, onSelect: () => showDialog(close => <DetailsDialog file={single} onClose={close} />) },
    context.isMixed && single && { label: text.showInFolder, icon: IconFolder, onSelect: () => go(`/folder/${single.attributes.dir_id}`) },
    access.canChange && { label: text.toTrash, icon: IconTrash, danger: true, onSelect: () => { context.onGone?.(); void trashFiles(files) } },
  ]
  return items.filter(item => !!item)
}

const favoriteCommand = (file: FileResource): MenuItem => ({
  label: isFavorite(file) ? text.removeFavorite : text.addFavorite,
  icon: IconStar,
  onSelect: guarded(() => actions.setFavorite(file, !isFavorite(file))),
})

const trashCommands = (files: readonly FileResource[], { onGone }: CommandContext): MenuItem[] => [
  { label: text.restore, icon: IconRestore, onSelect: () => { onGone?.(); void restoreFiles(files) } },
  { label: text.destroy, icon: IconTrash, danger: true, onSelect: () => destroyFiles(files, onGone) },
]
