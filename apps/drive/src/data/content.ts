import type { FileResource } from '@cozy-apps/ui'
import { generation } from './model.ts'

/** Something that happened to a file. */
export type Change =
  | { readonly file: FileResource; readonly gone?: false }
  | { readonly file: FileResource; readonly gone: true }

/**
 * The files of a place, put together from pages that are read and from events that come meanwhile, in any order: of each file
 * the newest revision counts.
 */
export class Content {
  private files = new Map<string, FileResource>()
  /** The newest generation that is known of, of files that left as well. */
  private readonly known = new Map<string, number>()

  constructor(private readonly belongs: (file: FileResource) => boolean) {}

  get all(): FileResource[] {
    return [...this.files.values()]
  }

  get size(): number {
    return this.files.size
  }

  /** Takes a page of the place. */
  take(page: readonly FileResource[]): void {
    for (const file of page) {
      const known = this.known.get(file.id) ?? -1
      if (generation(file.meta?.rev) < known) continue
      this.put(file)
    }
  }

  /** Takes a change; tells whether the place is another now. */
  apply({ file, gone }: Change): boolean {
    const number = generation(file.meta?.rev)
    const known = this.known.get(file.id) ?? -1
    if (number < known) return false
    const before = this.files.get(file.id)
    if (gone || !this.belongs(file)) {
      this.known.set(file.id, number)
      return this.files.delete(file.id)
    }
    if (before && number === known) return false
    this.put(file, before)
    return true
  }

  // Events carry documents, without what the API adds: the path stays, and so do the thumbnails of the same content.
  private put(file: FileResource, before = this.files.get(file.id)): void {
    this.known.set(file.id, generation(file.meta?.rev))
    const isSame = before !== undefined && before.attributes.md5sum === file.attributes.md5sum
    this.files.set(file.id, isSame && !file.links ? { ...file, ...(before.links && { links: before.links }) } : file)
  }
}
