import { Button, Dialog } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import type { Plain } from './permissions.ts'
import { PermissionList } from './PermissionList.tsx'
import { texts } from './texts.ts'

export interface AskProps {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly permissions: readonly Plain[]
  readonly onAgree: () => void
  readonly onClose: () => void
}

/** Asks the owner to agree to what an app may see and do. */
export const Ask = ({ title, text, action, permissions, onAgree, onClose }: AskProps): JSX.Element => (
  <Dialog
    title={title}
    onClose={onClose}
    actions={
      <>
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button kind="main" onClick={onAgree} data-autofocus>{action}</Button>
      </>
    }
  >
    {permissions.length > 0 && <p>{text}</p>}
    <PermissionList permissions={permissions} />
  </Dialog>
)
