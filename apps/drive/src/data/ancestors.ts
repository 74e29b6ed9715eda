import { useEffect, useState } from 'preact/hooks'
import { callJson, rootFolder, trashFolder, type FileAttributes, type FileResource, type One } from '@cozy-apps/ui'
import { lately } from './useContent.ts'

/** Folders that were looked at, with the folder they are in. */
async function readFolder(id: string, signal: AbortSignal): Promise<FileResource> {
  const known = lately.get(id)
  if (known) return known
  const folder = (await callJson<One<FileAttributes>>('GET', `/files/${id}`, { query: { 'page[limit]': 1 }, signal })).data
  lately.set(id, folder)
  return folder
}

/** The folders above a folder, the topmost first, down to `top` or the root; empty as long as they are not known. */
export function useAncestors(folder: FileResource | undefined, top: string = rootFolder): readonly FileResource[] {
  const key = folder && `${folder.id} ${folder.attributes.dir_id}`
  const [state, setState] = useState<{ key: string | undefined; folders: readonly FileResource[] }>({ key: undefined, folders: [] })
  useEffect(() => {
    if (!folder) return
    const abort = new AbortController()
    const climb = async (): Promise<void> => {
      const folders: FileResource[] = []
      for (let at = folder; at.id !== top && at.id !== trashFolder && at.attributes.dir_id;) {
        at = await readFolder(at.attributes.dir_id, abort.signal)
        folders.unshift(at)
      }
      if (!abort.signal.aborted) setState({ key, folders })
    }
    climb().catch(() => undefined)
    return () => abort.abort()
  }, [key, top])
  return state.key === key ? state.folders : []
}
