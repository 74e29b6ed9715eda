import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** What may be done with the files that are shown. */
export interface Access {
  /** Whether this is the owner; guests see the files of one link. */
  readonly isOwner: boolean
  /** Whether files may be added. */
  readonly canAdd: boolean
  /** Whether files may be changed and deleted. */
  readonly canChange: boolean
  /** The way to a folder, and to a file that is shown above its folder. */
  readonly folderHref: (id: string) => string
}

export const ownerAccess: Access = { isOwner: true, canAdd: true, canChange: true, folderHref: id => `#/folder/${id}` }

export const AccessContext = createContext<Access>(ownerAccess)

export const useAccess = (): Access => useContext(AccessContext)
