import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, common, createFolder, Dialog, explain, Field, isConflict, type FileResource } from '@cozy-apps/ui'
import { tell } from '../data/changes.ts'
import { wrongName } from '../data/model.ts'
import { text } from '../text.ts'

/** Asks for the name of a new folder and makes it. */
export function NewFolderDialog({ parent, onClose, onDone }: { parent: FileResource; onClose: () => void; onDone?: (folder: FileResource) => void }): JSX.Element {
  const [name, setName] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (): Promise<void> => {
    const wrong = wrongName(name)
    if (wrong) return setError(text.wrongName[wrong])
    setBusy(true)
    try {
      const folder = await createFolder(parent.id, name.trim())
      tell(folder)
      onClose()
      onDone?.(folder)
    } catch (failure) {
      setBusy(false)
      setError(isConflict(failure) ? text.nameTaken : explain(failure))
    }
  }
  return (
    <Dialog
      title={text.newFolder}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" busy={isBusy}>{text.create}</Button>
        </>
      }
    >
      <Field label={text.folderName} value={name} onInput={value => { setName(value); setError(undefined) }} error={error} data-autofocus />
    </Dialog>
  )
}
