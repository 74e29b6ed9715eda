import { useEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { IconClose } from '../icons/icons.tsx'
import { common } from '../text/common.ts'
import { Button, IconButton } from './Button.tsx'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  /** The buttons below; the main one last. */
  readonly actions?: ComponentChildren
  readonly wide?: boolean
  /** Sends the form that the dialog then is. */
  readonly onSubmit?: () => void
}

/**
 * A window above the page, which waits: the browser keeps the focus in it, closes it by Escape and gives the focus back.
 * It is there as long as it is rendered.
 */
export function Dialog({ title, onClose, children, actions, wide, onSubmit }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const dialog = element.current!
    const before = document.activeElement
    dialog.showModal()
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      dialog.close()
      // The browser gives the focus back only to a dialog that is still in the page.
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  const content = (
    <>
      <header class="dialog__head">
        <h2 id={name}>{title}</h2>
        <IconButton icon={IconClose} label={common.close} onClick={onClose} />
      </header>
      <div class="dialog__body">{children}</div>
      {actions && <footer class="dialog__actions">{actions}</footer>}
    </>
  )
  return (
    <dialog
      ref={element}
      class={`dialog${wide ? ' dialog--wide' : ''}`}
      aria-labelledby={name}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={event => event.target === element.current && onClose()}
    >
      {onSubmit
        ? <form class="dialog__frame" onSubmit={event => { event.preventDefault(); onSubmit() }}>{content}</form>
        : <div class="dialog__frame">{content}</div>}
    </dialog>
  )
}

export interface ConfirmProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly action: string
  readonly danger?: boolean
  readonly busy?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is done. */
export const Confirm = ({ title, children, action, danger, busy, onConfirm, onClose }: ConfirmProps): JSX.Element => (
  <Dialog
    title={title}
    onClose={onClose}
    actions={
      <>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button kind={danger ? 'danger' : 'main'} onClick={onConfirm} busy={busy ?? false} data-autofocus>{action}</Button>
      </>
    }
  >
    {children}
  </Dialog>
)
