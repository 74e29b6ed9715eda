import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { IconAlert, IconCheckCircle, IconClose } from '../icons/icons.tsx'
import { common } from '../text/common.ts'
import { explain } from '../text/explain.ts'
import { IconButton } from './Button.tsx'

interface Message {
  readonly id: number
  readonly text: string
  readonly isError: boolean
  readonly action?: { readonly label: string; readonly run: () => void } | undefined
}

const shownFor = 6000
const messages = signal<readonly Message[]>([])
let last = 0

const dismiss = (id: number): void => {
  messages.value = messages.value.filter(message => message.id !== id)
}

function show(text: string, isError: boolean, action?: Message['action']): void {
  const id = ++last
  messages.value = [...messages.value.slice(-2), { id, text, isError, action }]
  setTimeout(() => dismiss(id), action ? shownFor * 1.5 : shownFor)
}

/** Tells in passing that something is done, with a way to undo it if there is one. */
export const notify = (text: string, action?: Message['action']): void => show(text, false, action)

/** Tells in passing that something failed. */
export const notifyError = (error: unknown): void => show(typeof error === 'string' ? error : explain(error), true)

/** Where messages appear; the shell has it. */
export const Toasts = (): JSX.Element => (
  <div class="toasts" role="status" aria-live="polite">
    {messages.value.map(({ id, text, isError, action }) => (
      <div key={id} class={`toast${isError ? ' toast--error' : ''}`}>
        {isError ? <IconAlert size={20} /> : <IconCheckCircle size={20} />}
        <span class="toast__text">{text}</span>
        {action && <button type="button" class="toast__action" onClick={() => { dismiss(id); action.run() }}>{action.label}</button>}
        <IconButton icon={IconClose} label={common.close} onClick={() => dismiss(id)} />
      </div>
    ))}
  </div>
)
