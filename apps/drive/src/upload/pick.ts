import type { DroppedFile, FileResource } from '@cozy-apps/ui'
import { upload } from './queue.ts'

/** Lets a person choose files, or a folder, and uploads them. */
export function pickFiles(target: FileResource, wholeFolder = false): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.webkitdirectory = wholeFolder
  input.hidden = true
  input.dataset.pick = wholeFolder ? 'folder' : 'files'
  input.onchange = () => {
    upload([...(input.files ?? [])].map(toDropped), target)
    input.remove()
  }
  input.oncancel = () => input.remove()
  // In the page, or Safari forgets it.
  document.body.append(input)
  input.click()
}

const toDropped = (file: File): DroppedFile => ({ file, folders: file.webkitRelativePath.split('/').slice(0, -1) })
