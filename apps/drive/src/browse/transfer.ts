import { changeFile, isConflict, notify, type FileResource } from '@cozy-apps/ui'
import * as actions from '../data/actions.ts'
import { tell } from '../data/changes.ts'
import type { Decision } from '../data/conflicts.ts'
import { freeName, isFolder, sizeOf } from '../data/model.ts'
import { askAboutConflict } from '../dialogs/ConflictDialog.tsx'
import { text } from '../text.ts'
import { report } from './commands.tsx'

const nameOf = (folder: FileResource): string => folder.attributes.name || text.files

/** Moves files to a folder; asks about names that are taken there, and offers a way back. */
export async function moveFiles(files: readonly FileResource[], folder: FileResource): Promise<void> {
  const coming = files.filter(file => file.attributes.dir_id !== folder.id && file.id !== folder.id)
  if (coming.length === 0) return
  let names: Map<string, FileResource>
  try {
    names = await actions.namesIn(folder.id)
  } catch (error) {
    report([{ file: folder, error }])
    return
  }
  const done: FileResource[] = []
  let forAll: Decision | undefined
  const failed: actions.Failed[] = []
  for (const [place, file] of coming.entries()) {
    const existing = names.get(file.attributes.name)
    let decision = existing && forAll
    if (existing && !decision) {
      const answer = await askAboutConflict({
        name: file.attributes.name, size: sizeOf(file), changedAt: file.attributes.updated_at, existing, folder,
        others: coming.length - place - 1, canReplace: !isFolder(file) && !isFolder(existing),
      })
      if (!answer) break
      decision = answer.decision
      if (answer.forAll) forAll = decision
    }
    if (decision === 'skip') continue
    try {
      if (decision === 'replace' && existing && !isFolder(existing) && !isFolder(file)) await actions.trash(existing)
      const name = decision === 'keep' ? freeName(file.attributes.name, candidate => names.has(candidate)) : undefined
      await actions.move(file, folder.id, name)
      names.set(name ?? file.attributes.name, file)
      done.push(file)
    } catch (error) {
      failed.push({ file, error })
    }
  }
  report(failed)
  if (done.length > 0) notify(text.moved(done.length, nameOf(folder)), { label: text.undo, run: () => void moveBack(done) })
}

async function moveBack(files: readonly FileResource[]): Promise<void> {
  report(await actions.forEach(files, async file => {
    const { dir_id, name } = file.attributes
    try {
      tell(await changeFile(file.id, { dir_id, name }))
    } catch (error) {
      if (!isConflict(error)) throw error
      const names = await actions.namesIn(dir_id)
      await actions.move(file, dir_id, freeName(name, candidate => names.has(candidate)))
    }
  }))
}

/** Copies files to a folder; names that are taken get a number. */
export async function copyFiles(files: readonly FileResource[], folder: FileResource): Promise<void> {
  notify(text.copying)
  const failed = await actions.forEach(files, file => actions.copy(file, folder.id))
  report(failed)
  if (failed.length < files.length) notify(text.copied(files.length - failed.length, nameOf(folder)))
}
