import { call, callJson, changeFile, createFolder, isConflict, type FileAttributes, type FileResource, type One } from '@cozy-apps/ui'
import { tell, tellGone } from './changes.ts'
import { folderSource } from './sources.ts'
import { freeName, isFolder } from './model.ts'

/** How many requests at once. */
const width = 4

export interface Failed {
  readonly file: FileResource
  readonly error: unknown
}

/** Does something with each file, a few at a time; tells what failed. */
export async function forEach(files: readonly FileResource[], run: (file: FileResource) => Promise<void>): Promise<Failed[]> {
  const failed: Failed[] = []
  const rest = [...files]
  const work = async (): Promise<void> => {
    for (let file = rest.shift(); file; file = rest.shift()) {
      try {
        await run(file)
      } catch (error) {
        failed.push({ file, error })
      }
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  return failed
}

/** Gives a file another name. @throws ApiError 409 when the name is taken. */
export async function rename(file: FileResource, name: string): Promise<void> {
  tell(await changeFile(file.id, { name }))
}

/** Puts a file into another folder, under another name if one is given. */
export async function move(file: FileResource, folder: string, name?: string): Promise<void> {
  tell(await changeFile(file.id, name === undefined ? { dir_id: folder } : { dir_id: folder, name }))
}

/** Marks a file as a favourite, or no longer. */
export async function setFavorite(file: FileResource, favorite: boolean): Promise<void> {
  tell(await changeFile(file.id, { cozyMetadata: { favorite } }))
}

/** Moves files to the trash. */
export async function trash(file: FileResource): Promise<void> {
  tell((await callJson<One<FileAttributes>>('DELETE', `/files/${file.id}`)).data)
}

/** Takes a file out of the trash. */
export async function restore(file: FileResource): Promise<void> {
  tell((await callJson<One<FileAttributes>>('POST', `/files/trash/${file.id}`)).data)
}

/** Deletes a file that is in the trash for good. */
export async function destroy(file: FileResource): Promise<void> {
  await call('DELETE', `/files/trash/${file.id}`)
  tellGone(file)
}

/** Deletes for good all that is in the trash. */
export const emptyTrash = async (): Promise<void> => void (await call('DELETE', '/files/trash'))

/** Copies a file, or a folder with all that is in it. The server gives a copy beside the original a name of its own. */
export async function copy(file: FileResource, folder: string): Promise<void> {
  if (isFolder(file)) await copyFolder(file, folder)
  else await copyOne(file, folder, file.attributes.dir_id === folder ? undefined : file.attributes.name)
}

async function copyOne(file: FileResource, folder: string, name: string | undefined): Promise<void> {
  const answer = await callJson<One<FileAttributes>>('POST', `/files/${file.id}/copy`, { query: { DirID: folder, Name: name } })
  tell(answer.data)
}

async function copyFolder(original: FileResource, parent: string): Promise<void> {
  // Read before anything is made, so that a folder copied into itself does not grow for ever.
  const content: FileResource[] = []
  for await (const page of folderSource(original.id).read(new AbortController().signal)) content.push(...page.files)
  const target = await makeFolder(parent, original.attributes.name)
  const failed = await forEach(content, file => copy(file, target.id))
  if (failed[0]) throw failed[0].error
}

/** Makes a folder, under a similar name when there is one of this name. */
export async function makeFolder(parent: string, name: string): Promise<FileResource> {
  const taken = new Set<string>()
  for (;;) {
    const tried = freeName(name, candidate => taken.has(candidate))
    try {
      const folder = await createFolder(parent, tried)
      tell(folder)
      return folder
    } catch (error) {
      if (!isConflict(error) || taken.size > 100) throw error
      taken.add(tried)
    }
  }
}

/** Makes an empty text file, under a similar name when there is one of this name. */
export async function makeText(parent: string, name: string): Promise<FileResource> {
  const taken = new Set<string>()
  for (;;) {
    const tried = freeName(name, candidate => taken.has(candidate))
    try {
      const answer = await callJson<One<FileAttributes>>('POST', `/files/${parent}`, {
        query: { Type: 'file', Name: tried }, body: '', headers: { 'Content-Type': 'text/markdown' },
      })
      tell(answer.data)
      return answer.data
    } catch (error) {
      if (!isConflict(error) || taken.size > 100) throw error
      taken.add(tried)
    }
  }
}

/** The names in a folder. */
export async function namesIn(folder: string): Promise<Map<string, FileResource>> {
  const names = new Map<string, FileResource>()
  for await (const page of folderSource(folder).read(new AbortController().signal))
    for (const file of page.files) names.set(file.attributes.name, file)
  return names
}

