import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, Dialog, formatSize, formatWhen } from '@cozy-apps/ui'
import type { AskAboutConflict, Conflict, Decision } from '../data/conflicts.ts'
import { sizeOf } from '../data/model.ts'
import { text } from '../text.ts'
import { ask } from './dialogs.tsx'

type Answer = { readonly decision: Decision; readonly forAll: boolean }

/** Asks what is to become of a file whose name is taken. */
export const askAboutConflict: AskAboutConflict = conflict => ask<Answer>(answer => <ConflictDialog conflict={conflict} answer={answer} />)

function ConflictDialog({ conflict, answer }: { conflict: Conflict; answer: (value: Answer | undefined) => void }): JSX.Element {
  const [forAll, setForAll] = useState(false)
  const { name, existing, folder, others, size, changedAt, canReplace } = conflict
  const decide = (decision: Decision) => () => answer({ decision, forAll })
  return (
    <Dialog
      title={text.conflictTitle}
      onClose={() => answer(undefined)}
      actions={
        <>
          <Button kind="quiet" onClick={decide('skip')}>{text.skip}</Button>
          {canReplace && <Button onClick={decide('replace')}>{text.replace}</Button>}
          <Button kind="main" data-autofocus onClick={decide('keep')}>{text.keepBoth}</Button>
        </>
      }
    >
      <p>{text.conflictText(name, folder.attributes.name || text.files)}</p>
      <dl class="facts">
        <dt>{text.conflictHere}</dt>
        <dd>{describe(sizeOf(existing), existing.attributes.updated_at)}</dd>
        <dt>{text.conflictNew}</dt>
        <dd>{describe(size, changedAt)}</dd>
      </dl>
      {canReplace && <p class="soft small">{text.replaceHint}</p>}
      {others > 0 && (
        <label class="check">
          <input type="checkbox" checked={forAll} onChange={event => setForAll(event.currentTarget.checked)} />
          {text.forAll(others)}
        </label>
      )}
    </Dialog>
  )
}

const describe = (size: number | undefined, when: string | number): string =>
  [size === undefined ? text.folder : formatSize(size), formatWhen(when)].join(' · ')
