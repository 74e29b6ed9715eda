import { ApiError, Button, Confirm, IconTrash, callJson, notify, notifyError, session } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

/** Why there is no link, in words of its own where there is something to be done about it. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error
  return error.code === 'no_mail_address' ? texts.deletionNoAddress : error.code === 'mail_disabled' ? texts.deletionNoMails : error
}

/** Giving the Cozy up: here one asks for a link by mail, which leads to where it is done. */
export function Deletion(): JSX.Element {
  const [isAsking, setAsking] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const ask = async (): Promise<void> => {
    setBusy(true)
    try {
      await callJson('POST', '/settings/instance/deletion')
      notify(texts.deletionSent)
    } catch (error) {
      notifyError(reasonOf(error))
    } finally {
      setBusy(false)
      setAsking(false)
    }
  }
  return (
    <Part id="deletion" title={texts.deletion} icon={IconTrash}>
      <p class="soft">{texts.deletionText}</p>
      <div><Button onClick={() => setAsking(true)}>{texts.deletionAsk}</Button></div>
      {isAsking && (
        <Confirm danger title={texts.deletionTitle(session.domain)} action={texts.deletionSend} busy={isBusy} onConfirm={() => void ask()} onClose={() => setAsking(false)}>
          <p>{texts.deletionSteps}</p>
        </Confirm>
      )}
    </Part>
  )
}
