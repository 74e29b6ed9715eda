import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, IconCopy, IconEdit, IconTrash, notify, notifyError, type FileResource } from '@cozy-apps/ui'
import { formatDay } from './formatDay.ts'
import { changeLink, linkAddress, revokeLink, type LinkWishes, type ShareLink } from '../data/links.ts'
import { text } from '../text.ts'
import { copyLink } from './copyLink.ts'
import { LinkForm } from './LinkForm.tsx'

/** A link, and what can be done with it. */
export function LinkRow({ link, file }: { link: ShareLink; file: FileResource }): JSX.Element {
  const [isEditing, setEditing] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const copy = async (): Promise<void> => ((await copyLink(link)) ? notify(text.linkCopied) : notifyError(text.copyFailed))
  const change = async (wishes: LinkWishes): Promise<void> => {
    try {
      await changeLink(link, file, wishes)
      setEditing(false)
      notify(text.linkChanged)
    } catch (error) {
      notifyError(error)
    }
  }
  const revoke = async (): Promise<void> => {
    setBusy(true)
    try {
      await revokeLink(link)
      notify(text.linkRevoked)
    } catch (error) {
      setBusy(false)
      notifyError(error)
    }
  }
  return (
    <li class="link">
      <input class="input link__address" readOnly aria-label={text.linkField} value={linkAddress(link)} onFocus={event => event.currentTarget.select()} />
      <p class="link__facts">
        <span class="badge">{link.access === 'read' ? text.readOnly : text.readWrite}</span>
        {link.hasPassword && <span class="badge">{text.protected}</span>}
        {link.endsAt && <span class="badge">{link.endsAt.getTime() > Date.now() ? text.until(formatDay(link.endsAt)) : text.ended(formatDay(link.endsAt))}</span>}
      </p>
      {isEditing
        ? <LinkForm file={file} link={link} action={text.save} onSave={change} onCancel={() => setEditing(false)} />
        : (
          <div class="link__actions">
            <Button small kind="main" icon={IconCopy} onClick={() => void copy()}>{text.copyLink}</Button>
            <Button small icon={IconEdit} onClick={() => setEditing(true)}>{text.edit}</Button>
            <Button small kind="quiet" icon={IconTrash} busy={isBusy} onClick={() => void revoke()}>{text.revoke}</Button>
          </div>
        )}
    </li>
  )
}
