import { createFolder, getFile, isConflict, type FileResource } from '@cozy-apps/ui'
import { namesIn } from '../data/actions.ts'
import { tell } from '../data/changes.ts'
import { isFolder } from '../data/model.ts'

/** Where files are uploaded to: a folder, and the folders that are made in it on the way. */
export class UploadTarget {
  private readonly folders = new Map<string, Promise<FileResource>>()
  private readonly namesOfFolders = new Map<string, Promise<Map<string, FileResource>>>()

  constructor(private readonly root: FileResource) {}

  /** The folder at the end of a way, made if it is not there. Asked at once for several files it is made once. */
  folder(way: readonly string[]): Promise<FileResource> {
    if (way.length === 0) return Promise.resolve(this.root)
    const key = way.join('/')
    let found = this.folders.get(key)
    if (!found) {
      found = this.enter(way)
      this.folders.set(key, found)
      // What failed can be tried again.
      found.catch(() => this.folders.delete(key))
    }
    return found
  }

  /** What is in a folder, by name; kept up by who uploads. */
  names(folder: FileResource): Promise<Map<string, FileResource>> {
    let found = this.namesOfFolders.get(folder.id)
    if (!found) {
      found = namesIn(folder.id)
      this.namesOfFolders.set(folder.id, found)
      found.catch(() => this.namesOfFolders.delete(folder.id))
    }
    return found
  }

  /** Reads a folder again; tells whether there is something of a name now. */
  async refresh(folder: FileResource, name: string): Promise<boolean> {
    this.namesOfFolders.delete(folder.id)
    return (await this.names(folder)).has(name)
  }

  private async enter(way: readonly string[]): Promise<FileResource> {
    const parent = await this.folder(way.slice(0, -1))
    const name = way.at(-1)!
    const existing = (await this.names(parent)).get(name)
    if (existing && isFolder(existing)) return existing
    try {
      const made = await createFolder(parent.id, name)
      tell(made)
      this.namesOfFolders.set(made.id, Promise.resolve(new Map()))
      return made
    } catch (error) {
      if (!isConflict(error) || !(await this.refresh(parent, name))) throw error
      return getFile((await this.names(parent)).get(name)!.id)
    }
  }
}
