import { Button, Dialog, type Manifest } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { Plain } from './permissions.ts'
import { PermissionList } from './PermissionList.tsx'
import { termsOf } from './terms.ts'
import { texts } from './texts.ts'

export interface AskProps {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly permissions: readonly Plain[]
  readonly manifest: Manifest
  readonly onAgree: () => void
  readonly onClose: () => void
}

/** Asks the owner to agree to what an app may see and do, and to its terms if it has some. */
export function Ask({ title, text, action, permissions, manifest, onAgree, onClose }: AskProps): JSX.Element {
  const [isAccepted, setAccepted] = useState(termsOf(manifest) === undefined)
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="main" onClick={onAgree} disabled={!isAccepted} data-autofocus>{action}</Button>
        </>
      }
    >
      {permissions.length > 0 && <p>{text}</p>}
      <PermissionList permissions={permissions} />
      <Terms manifest={manifest} isAccepted={isAccepted} onChange={setAccepted} />
    </Dialog>
  )
}

/** What the app's maker wants to be agreed to; nothing when there is nothing. */
export function Terms({ manifest, isAccepted, onChange }: { manifest: Manifest; isAccepted: boolean; onChange: (isAccepted: boolean) => void }): JSX.Element | null {
  const terms = termsOf(manifest)
  if (!terms) return null
  return (
    <label class="terms">
      <input type="checkbox" checked={isAccepted} onChange={event => onChange(event.currentTarget.checked)} />
      <span>{texts.acceptTerms} <a href={terms.url} target="_blank" rel="noopener noreferrer">{texts.readTerms}</a></span>
    </label>
  )
}
