import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { ApiError, Button, common, Dialog, getFile, go, notify, notifyError, Segments, uploadFile, type FileResource } from '@cozy-apps/ui'
import { namesIn } from '../data/actions.ts'
import { tell } from '../data/changes.ts'
import { freeName, kindOf } from '../data/model.ts'
import { confirmLeave } from '../dialogs/confirm.tsx'
import { ask } from '../dialogs/dialogs.tsx'
import { text } from '../text.ts'
import { drafts, isDirty } from './dirty.ts'
import { Markdown } from './Markdown.tsx'
import { encode, type ReadText } from './readText.ts'

export interface TextEditorProps {
  readonly file: FileResource
  readonly read: ReadText
  readonly onSaved: (file: FileResource) => void
  /** Shows the file as it is now on the server. */
  readonly onReload: (file: FileResource) => void
  readonly onClose: () => void
}

type Resolution = 'overwrite' | 'copy' | 'theirs'

/** Changes a text. It is saved only over the content it was read from; anything else is asked about. */
export function TextEditor({ file, read, onSaved, onReload, onClose }: TextEditorProps): JSX.Element {
  const [value, setValue] = useState(drafts.get(file.id) ?? read.text)
  const [saved, setSaved] = useState(read.text)
  const [isBusy, setBusy] = useState(false)
  const [side, setSide] = useState<'source' | 'rendered'>('source')
  const revision = useRef(file.meta?.rev)
  const area = useRef<HTMLTextAreaElement>(null)
  const isMarkdown = kindOf(file) === 'markdown'
  const hasChanges = value !== saved

  useEffect(() => {
    area.current?.focus()
    area.current?.setSelectionRange(0, 0)
    area.current?.scrollTo(0, 0)
  }, [])
  useEffect(() => {
    isDirty.value = hasChanges
    if (!hasChanges) return
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [hasChanges])
  const latest = useRef(value)
  latest.current = value
  useEffect(() => () => {
    // Left by the browser's own button: what was written waits for who comes back.
    if (isDirty.peek()) {
      drafts.set(file.id, latest.current)
      notify(text.unsaved, { label: text.open, run: () => go(`/folder/${file.attributes.dir_id}/file/${file.id}?edit`) })
    } else drafts.delete(file.id)
    isDirty.value = false
  }, [])

  const content = (): Blob => new Blob([encode(value, read)], { type: file.attributes.mime ?? 'text/plain' })
  const done = (next: FileResource): void => {
    tell(next)
    notify(text.saved)
  }
  const overwrite = async (rev: string | undefined): Promise<void> => {
    const next = await uploadFile({ file: file.id, revision: rev, name: file.attributes.name, content: content() })
    revision.current = next.meta?.rev
    setSaved(value)
    done(next)
    onSaved(next)
  }
  const resolve = async (): Promise<void> => {
    const resolution = await askAboutChange()
    if (!resolution) return
    const theirs = await getFile(file.id)
    if (resolution === 'overwrite') await overwrite(theirs.meta?.rev)
    else if (resolution === 'copy') {
      const names = await namesIn(theirs.attributes.dir_id)
      const name = freeName(file.attributes.name, candidate => names.has(candidate))
      done(await uploadFile({ folder: theirs.attributes.dir_id, name, content: content() }))
      setSaved(value)
    } else {
      isDirty.value = false
      onReload(theirs)
      onClose()
    }
  }
  const save = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    try {
      await overwrite(revision.current)
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) await resolve().catch(notifyError)
      else notifyError(error)
    } finally {
      setBusy(false)
      area.current?.focus()
    }
  }
  const close = async (): Promise<void> => {
    if (hasChanges && !(await confirmLeave())) return
    isDirty.value = false
    onClose()
  }

  return (
    <div class="text text--editing" data-own-keys onKeyDown={event => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void save()
    }}>
      <div class="text__tools">
        {isMarkdown && <Segments label={text.view} value={side} onChange={setSide} choices={[{ value: 'source', label: text.source }, { value: 'rendered', label: text.rendered }]} />}
        <span class="text__state small" role="status">{hasChanges ? text.unsaved : ''}</span>
        <Button small onClick={() => void close()}>{hasChanges ? common.cancel : common.done}</Button>
        <Button small kind="main" busy={isBusy} disabled={!hasChanges} onClick={() => void save()}>{text.save}</Button>
      </div>
      <textarea ref={area} hidden={side === 'rendered'} class="text__page text__area" aria-label={text.editor(file.attributes.name)} spellcheck={isMarkdown} value={value} onInput={event => setValue(event.currentTarget.value)} />
      {side === 'rendered' && <article class="text__page markdown"><Markdown source={value} /></article>}
    </div>
  )
}

const askAboutChange = (): Promise<Resolution | undefined> => ask<Resolution>(answer => (
  <Dialog
    title={text.changedElsewhere}
    onClose={() => answer(undefined)}
    actions={
      <>
        <Button kind="quiet" onClick={() => answer('theirs')}>{text.takeTheirs}</Button>
        <Button onClick={() => answer('overwrite')}>{text.saveAnyway}</Button>
        <Button kind="main" data-autofocus onClick={() => answer('copy')}>{text.saveCopy}</Button>
      </>
    }
  >
    <p>{text.changedElsewhereText}</p>
    <p class="soft small">{text.saveAnywayHint}</p>
  </Dialog>
))
