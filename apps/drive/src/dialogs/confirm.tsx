import { Confirm, notify, notifyError } from '@cozy-apps/ui'
import { emptyTrash } from '../data/actions.ts'
import { text } from '../text.ts'
import { ask, showDialog } from './dialogs.tsx'

/** Asks before files are deleted for good. */
export function confirmDestroy(count: number, run: () => Promise<void>): void {
  showDialog(close => (
    <Confirm title={text.destroyAsk(count)} action={text.destroy} danger onClose={close} onConfirm={() => { close(); void run() }}>
      {text.destroyWarning}
    </Confirm>
  ))
}

/** Asks before the trash is emptied. */
export function confirmEmptyTrash(onDone: () => void): void {
  const run = async (): Promise<void> => {
    try {
      await emptyTrash()
      notify(text.trashEmptied)
      onDone()
    } catch (error) {
      notifyError(error)
    }
  }
  showDialog(close => (
    <Confirm title={text.emptyTrashAsk} action={text.emptyTrash} danger onClose={close} onConfirm={() => { close(); void run() }}>
      {text.emptyTrashWarning}
    </Confirm>
  ))
}

/** Asks before changes are lost. */
export const confirmLeave = async (): Promise<boolean> => (await ask<boolean>(answer => (
  <Confirm title={text.leaveAsk} action={text.leave} danger onClose={() => answer(false)} onConfirm={() => answer(true)}>
    {text.leaveWarning}
  </Confirm>
))) === true
