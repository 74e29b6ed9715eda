import { call, callJson, type FileAttributes, type FileResource, type One } from '@cozy-apps/ui'
import { tell } from './changes.ts'

/** A former content of a file. */
export interface Version {
  /** `file/version`. */
  readonly id: string
  readonly updatedAt: string
  /** In bytes. */
  readonly size: number
}

/** The former contents of a file, the newest first. */
export async function listVersions(fileId: string, signal: AbortSignal): Promise<{ file: FileResource; versions: readonly Version[] }> {
  const answer = await callJson<One<FileAttributes>>('GET', `/files/${fileId}`, { signal })
  const versions = (answer.included ?? [])
    .filter(item => item.type === 'io.cozy.files.versions')
    .map(item => ({ id: item.id, updatedAt: item.attributes.updated_at, size: Number(item.attributes.size ?? 0) }))
    .sort((left, right) => (left.updatedAt < right.updatedAt ? 1 : -1))
  return { file: answer.data, versions }
}

/** Makes a former content the current one; the current one becomes a former one. */
export async function restoreVersion(version: Version): Promise<void> {
  tell((await callJson<One<FileAttributes>>('POST', `/files/revert/${version.id}`)).data)
}

export const deleteVersion = async (version: Version): Promise<void> => void (await call('DELETE', `/files/${version.id}`))
