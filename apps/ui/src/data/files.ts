import { addressOf, call, callJson, currentToken, renewToken } from './client.ts'
import { withIndex, type Question } from './documents.ts'
import { ApiError, OfflineError, isNotFound, isTokenRefused } from './errors.ts'
import type { Many, One, Resource } from './jsonApi.ts'
import { instanceUrl } from './session.ts'

export const filesDoctype = 'io.cozy.files'
export const rootFolder = 'io.cozy.files.root-dir'
export const trashFolder = 'io.cozy.files.trash-dir'

/** What a file or folder says of itself. */
export interface FileAttributes {
  readonly type: 'file' | 'directory'
  readonly name: string
  readonly dir_id: string
  readonly path?: string
  /** In bytes, as text; of files only. */
  readonly size?: string
  readonly mime?: string
  /** The kind: image, audio, video, pdf, text, … */
  readonly class?: string
  readonly md5sum?: string
  readonly trashed?: boolean
  readonly restore_path?: string
  readonly created_at: string
  readonly updated_at: string
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly cozyMetadata?: Readonly<Record<string, unknown>>
}

export type FileResource = Resource<FileAttributes>

/** A folder and everything in it, folders first. */
export async function listFolder(id: string, signal?: AbortSignal): Promise<{ folder: FileResource; content: FileResource[] }> {
  let page = await callJson<One<FileAttributes>>('GET', `/files/${id}`, { query: { 'page[limit]': 500 }, signal })
  const folder = page.data
  const content = [...(page.included ?? [])]
  for (let next = nextOf(page); next; next = nextOf(page)) {
    page = await callJson<One<FileAttributes>>('GET', next, { signal })
    content.push(...(page.included ?? []))
  }
  return { folder, content: content.filter(file => file.id !== trashFolder) }
}

const nextOf = (page: One<FileAttributes> & { links?: { next?: string } }): string | undefined =>
  page.links?.next ?? page.data.relationships?.contents?.links?.next

/** A file or folder. */
export const getFile = async (id: string, signal?: AbortSignal): Promise<FileResource> =>
  (await callJson<One<FileAttributes>>('GET', `/files/${id}`, { signal })).data

/** The file or folder of a path; undefined when there is none. */
export async function fileAt(path: string, signal?: AbortSignal): Promise<FileResource | undefined> {
  try {
    return (await callJson<One<FileAttributes>>('GET', '/files/metadata', { query: { Path: path }, signal })).data
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Searches files and folders. */
export const findFiles = (question: Question, signal?: AbortSignal): Promise<readonly FileResource[]> =>
  withIndex(filesDoctype, question, async body => (await callJson<Many<FileAttributes>>('POST', '/files/_find', { json: body, signal })).data)

/** Makes a folder. */
export const createFolder = async (parent: string, name: string): Promise<FileResource> =>
  (await callJson<One<FileAttributes>>('POST', `/files/${parent}`, { query: { Name: name, Type: 'directory' } })).data

/** Changes a file's or folder's name, place or tags. */
export const changeFile = async (id: string, attributes: Partial<FileAttributes>): Promise<FileResource> =>
  (await callJson<One<FileAttributes>>('PATCH', `/files/${id}`, { json: { data: { type: filesDoctype, id, attributes } } })).data

/** Moves a file or folder to the trash. */
export const trashFile = async (id: string): Promise<void> => void (await call('DELETE', `/files/${id}`))

/**
 * An address that downloads a file, for a while, without a token.
 * @param id Of the file, or of a former content (`file/version`).
 */
export async function downloadUrl(id: string, name: string, asAttachment = false): Promise<string> {
  const what = id.includes('/') ? { VersionId: id } : { Id: id }
  const answer = await callJson<{ links: { related: string } }>('POST', '/files/downloads', { query: { ...what, Filename: name } })
  return instanceUrl(answer.links.related) + (asAttachment ? '?Dl=1' : '')
}

export interface Upload {
  /** Put into this folder … */
  readonly folder?: string
  /** … or as the new content of this file. */
  readonly file?: string
  /** Only if the file still has this revision. */
  readonly revision?: string | undefined
  readonly name: string
  readonly content: Blob
  readonly onProgress?: (sent: number, total: number) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Uploads a file, telling how far it is.
 * @throws ApiError 409 when the folder has a file of this name, 412 when the revision is another, 413 when there is no room.
 */
export async function uploadFile(upload: Upload): Promise<FileResource> {
  let answer = await send(upload)
  if (answer.status >= 400 && isTokenRefused(ApiError.parse(answer.status, answer.text)) && (await renewToken())) answer = await send(upload)
  if (answer.status >= 300) throw ApiError.parse(answer.status, answer.text)
  return (JSON.parse(answer.text) as One<FileAttributes>).data
}

function send({ folder, file, revision, name, content, onProgress, signal }: Upload): Promise<{ status: number; text: string }> {
  const modified = content instanceof File ? new Date(content.lastModified).toISOString() : undefined
  const query = { Name: name, Type: 'file', Size: content.size, UpdatedAt: modified, CreatedAt: file ? undefined : modified }
  const request = new XMLHttpRequest()
  request.open(file ? 'PUT' : 'POST', addressOf(`/files/${file ?? folder ?? rootFolder}`, query))
  request.withCredentials = true
  request.setRequestHeader('Accept', 'application/json')
  if (revision) request.setRequestHeader('If-Match', revision)
  request.setRequestHeader('Authorization', `Bearer ${currentToken()}`)
  request.setRequestHeader('Content-Type', content.type || 'application/octet-stream')
  return new Promise((resolve, reject) => {
    if (onProgress) request.upload.onprogress = event => onProgress(event.loaded, event.total)
    request.onload = () => resolve({ status: request.status, text: request.responseText })
    request.onerror = () => reject(new OfflineError())
    request.onabort = () => reject(new DOMException('The upload was cancelled', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    if (signal?.aborted) reject(new DOMException('The upload was cancelled', 'AbortError'))
    else request.send(content)
  })
}
