import { call, callJson, findFiles, rootFolder, trashFolder, type FileAttributes, type FileResource, type Many, type One } from '@cozy-apps/ui'
import { isFavorite, isFolder, isTrashed, nameMatches } from './model.ts'
import { findByName } from './search.ts'
import { links, sharedIds } from './links.ts'

export interface Page {
  /** The folder itself, when the place is one. */
  readonly folder?: FileResource
  readonly files: readonly FileResource[]
}

/** Where the files of a place come from, and which files belong there. */
export interface Source {
  readonly key: string
  readonly read: (signal: AbortSignal) => AsyncIterable<Page>
  readonly belongs: (file: FileResource) => boolean
}

/** The first page is small, so that something is seen at once. */
const firstPage = 200
const laterPages = 2500

/** What is in a folder. */
export const folderSource = (id: string): Source => ({
  key: `folder ${id}`,
  belongs: file => file.attributes.dir_id === id && file.id !== trashFolder,
  read: async function* (signal) {
    let page = await callJson<One<FileAttributes>>('GET', `/files/${id}`, { query: { 'page[limit]': firstPage }, signal })
    const folder = page.data
    for (;;) {
      yield { folder, files: (page.included ?? []).filter(file => file.id !== trashFolder) }
      const next = nextPage(page)
      if (!next) return
      page = await callJson<One<FileAttributes>>('GET', next, { signal })
    }
  },
})

function nextPage(page: One<FileAttributes> & { readonly links?: { readonly next?: string } }): string | undefined {
  const next = page.links?.next
  if (!next) return undefined
  const [path, query] = next.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('page[limit]', String(laterPages))
  return `${path}?${parameters}`
}

/** What was deleted. */
export const trashSource: Source = { ...folderSource(trashFolder), belongs: file => file.attributes.dir_id === trashFolder }

const once = (read: (signal: AbortSignal) => Promise<readonly FileResource[]>): Source['read'] =>
  async function* (signal) {
    yield { files: await read(signal) }
  }

/** What was changed last. */
export const recentSource: Source = {
  key: 'recent',
  belongs: file => !isFolder(file) && !isTrashed(file),
  read: once(signal => findFiles({
    selector: { type: 'file', trashed: false, updated_at: { $gt: null } },
    sort: [{ type: 'desc' }, { trashed: 'desc' }, { updated_at: 'desc' }],
    limit: 100,
  }, signal)),
}

/** What the owner marked. */
export const favoritesSource: Source = {
  key: 'favorites',
  belongs: file => isFavorite(file) && !isTrashed(file),
  read: once(async signal => (await findFiles({
    selector: { 'cozyMetadata.favorite': true },
    index: ['cozyMetadata.favorite'],
    limit: 1000,
  }, signal)).filter(file => !isTrashed(file))),
}

/** What others can see by a link. */
export const sharedSource: Source = {
  key: 'shared',
  belongs: file => !isTrashed(file) && (links.value ?? []).some(link => link.fileIds.includes(file.id)),
  read: once(async signal => {
    const keys = await sharedIds(signal)
    if (keys.length === 0) return []
    const page = await callJson<Many<FileAttributes>>('POST', '/files/_all_docs', { json: { keys }, signal })
    return page.data.filter(file => !isTrashed(file))
  }),
}

/** What has a name like this. */
export const searchSource = (question: string): Source => ({
  key: `search ${question}`,
  belongs: file => !isTrashed(file) && file.id !== rootFolder && nameMatches(file.attributes.name, question),
  read: once(signal => findByName(question, signal)),
})

/** How many bytes are in a folder, with all that is below. */
export async function folderSize(id: string, signal: AbortSignal): Promise<number> {
  const { data } = (await (await call('GET', `/files/${id}/size`, { signal })).json()) as One<{ readonly size: string }>
  return Number(data.attributes.size)
}
