import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, Dialog, ErrorState, IconLink, Loading, notify, notifyError, type FileResource } from '@cozy-apps/ui'
import { createLink, links, linksOf, readLinks, type ShareLink } from '../data/links.ts'
import { text } from '../text.ts'
import { copyLink } from './copyLink.ts'
import { LinkForm } from './LinkForm.tsx'
import { LinkRow } from './LinkRow.tsx'

/** Makes, shows, changes and revokes the links of a file or folder. */
export function ShareDialog({ file, onClose }: { file: FileResource; onClose: () => void }): JSX.Element {
  const [error, setError] = useState<unknown>()
  const [isAdding, setAdding] = useState(false)
  const load = (): void => {
    setError(undefined)
    readLinks().catch(setError)
  }
  useEffect(load, [file.id])
  const own = linksOf(file)
  const isKnown = links.value !== undefined
  const showForm = isAdding || (isKnown && own.length === 0)
  const added = async (link: ShareLink): Promise<void> => {
    setAdding(false)
    notify((await copyLink(link)) ? text.linkCopied : text.linkCreated)
  }
  return (
    <Dialog title={text.shareTitle(file.attributes.name)} onClose={onClose} actions={isKnown && !showForm && <Button icon={IconLink} onClick={() => setAdding(true)}>{text.newLink}</Button>}>
      {error !== undefined && !isKnown ? <ErrorState error={error} onRetry={load} /> : !isKnown ? <Loading /> : (
        <>
          {own.length === 0 && <p class="soft">{text.noLinks}</p>}
          {own.length > 0 && (
            <ul class="links" aria-label={text.links}>
              {own.map(link => <LinkRow key={link.id} link={link} file={file} />)}
            </ul>
          )}
          {showForm && (
            <LinkForm
              file={file}
              action={text.createLink}
              onCancel={own.length > 0 ? () => setAdding(false) : undefined}
              onSave={wishes => createLink(file, wishes).then(added, notifyError)}
            />
          )}
        </>
      )}
    </Dialog>
  )
}
