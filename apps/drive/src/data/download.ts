import { callJson, downloadUrl, instanceUrl, notifyError, type FileResource } from '@cozy-apps/ui'
import { isFolder } from './model.ts'
import { leaveQuietly } from '../upload/guard.ts'

/** Saves a file, or several and folders as one ZIP. */
export async function download(files: readonly FileResource[], archiveName: string): Promise<void> {
  try {
    const [first] = files
    if (!first) return
    if (files.length === 1 && !isFolder(first)) save(await downloadUrl(first.id, first.attributes.name, true))
    else save(await archiveUrl(files.length === 1 ? first.attributes.name || archiveName : archiveName, files.map(file => file.id)))
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

async function archiveUrl(name: string, ids: readonly string[]): Promise<string> {
  const json = { data: { type: 'io.cozy.archives', attributes: { name: name.replaceAll('/', '-'), ids } } }
  const answer = await callJson<{ links: { related: string } }>('POST', '/files/archive', { json })
  return instanceUrl(answer.links.related)
}
