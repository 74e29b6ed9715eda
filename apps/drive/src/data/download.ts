import { callJson, downloadUrl, instanceUrl, notifyError, type FileResource } from '@cozy-apps/ui'
import { isFolder } from './model.ts'
import { folderSource } from './sources.ts'
import { leaveQuietly } from '../upload/guard.ts'

/** Saves a file, or several and folders as one ZIP. */
export async function download(files: readonly FileResource[], archiveName: string): Promise<void> {
  try {
    const [first] = files
    if (!first) return
    if (files.length === 1 && !isFolder(first)) save(await downloadUrl(first.id, first.attributes.name, true))
    else if (files.length === 1) save(await archiveUrl(first.attributes.name || archiveName, await contentOf(first)))
    else save(await archiveUrl(archiveName, files.map(file => file.id)))
  } catch (error) {
    notifyError(error)
  }
}

/** Saves what is behind an address that downloads. */
export function save(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.rel = 'noopener'
  leaveQuietly(() => link.click())
}

/** More than are told one by one. */
const mostTold = 1000

// An archive has one folder, of the archive's name: a folder in it would be there twice.
async function contentOf(folder: FileResource): Promise<string[]> {
  const ids: string[] = []
  for await (const { files } of folderSource(folder.id).read(new AbortController().signal)) {
    ids.push(...files.map(file => file.id))
    if (ids.length > mostTold) break
  }
  return ids.length === 0 || ids.length > mostTold ? [folder.id] : ids
}

async function archiveUrl(name: string, ids: readonly string[]): Promise<string> {
  const json = { data: { type: 'io.cozy.archives', attributes: { name: name.replaceAll('/', '-'), ids } } }
  const answer = await callJson<{ links: { related: string } }>('POST', '/files/archive', { json })
  return instanceUrl(answer.links.related)
}
