import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, common, Field, Segments, type FileResource } from '@cozy-apps/ui'
import type { LinkAccess, LinkWishes, ShareLink } from '../data/links.ts'
import { isFolder } from '../data/model.ts'
import { text } from '../text.ts'

export interface LinkFormProps {
  readonly file: FileResource
  /** The link to change; undefined for a new one. */
  readonly link?: ShareLink
  readonly action: string
  readonly onSave: (wishes: LinkWishes) => Promise<void>
  readonly onCancel: (() => void) | undefined
}

/** A moment as the field of a date has it. */
export const dayOf = (moment: Date | undefined): string =>
  moment ? `${moment.getFullYear()}-${String(moment.getMonth() + 1).padStart(2, '0')}-${String(moment.getDate()).padStart(2, '0')}` : ''

/** What a link is to allow, and until when. */
export function LinkForm({ file, link, action, onSave, onCancel }: LinkFormProps): JSX.Element {
  const [access, setAccess] = useState<LinkAccess>(link?.access ?? 'read')
  const [password, setPassword] = useState('')
  const [removes, setRemoves] = useState(false)
  const [lastDay, setLastDay] = useState(dayOf(link?.endsAt))
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    await onSave({ access, password: removes ? '' : password || undefined, lastDay })
    setBusy(false)
  }
  return (
    <form class="link-form" onSubmit={event => void submit(event)}>
      <Segments label={text.access} value={access} onChange={setAccess} choices={[{ value: 'read', label: text.readOnly }, { value: 'change', label: text.readWrite }]} />
      <p class="soft small">{`${text.whoHas} ${access === 'read' ? text.canRead : isFolder(file) ? text.canChange : text.canChangeFile}.`}</p>
      <div class="link-form__pair">
        <Field label={text.password} type="password" autocomplete="new-password" value={password} disabled={removes} onInput={setPassword} hint={link?.hasPassword ? text.passwordKeep : text.passwordHint} />
        <Field label={text.lastDay} type="date" value={lastDay} onInput={setLastDay} hint={text.lastDayHint} />
      </div>
      {link?.hasPassword && (
        <label class="check">
          <input type="checkbox" checked={removes} onChange={event => setRemoves(event.currentTarget.checked)} />
          {text.removePassword}
        </label>
      )}
      <div class="link-form__actions">
        {onCancel && <Button onClick={onCancel}>{common.cancel}</Button>}
        <Button kind="main" type="submit" busy={isBusy}>{action}</Button>
      </div>
    </form>
  )
}
