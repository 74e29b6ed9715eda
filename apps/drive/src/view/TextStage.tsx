import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, ErrorState, formatSize, IconEdit, Loading, Segments, useQuery, type FileResource } from '@cozy-apps/ui'
import { useAccess } from '../data/access.ts'
import { isTrashed, kindOf } from '../data/model.ts'
import { text } from '../text.ts'
import type { StageProps } from './FileStage.tsx'
import { Markdown } from './Markdown.tsx'
import { mostBytes, readText, type ReadText } from './readText.ts'
import { TextEditor } from './TextEditor.tsx'

type Mode = 'rendered' | 'source'

/** A text: Markdown as it is meant, others as they are; with an editor for who may change it. */
export function TextStage({ file: given, isEditing: startsEditing = false, onChanged }: StageProps): JSX.Element {
  const { canChange } = useAccess()
  const [file, setFile] = useState(given)
  const [mode, setMode] = useState<Mode>('rendered')
  const [wantsEditor, setWantsEditor] = useState(startsEditing)
  // What the editor began with: what it saves must not take it away.
  const [edited, setEdited] = useState<ReadText>()
  const isMarkdown = kindOf(file) === 'markdown'
  // While it is edited a change from elsewhere waits: saving will tell of it.
  useEffect(() => {
    if (!edited && (given.meta?.rev !== file.meta?.rev || given.attributes.name !== file.attributes.name)) setFile(given)
  }, [given, edited])
  const query = useQuery(signal => readText(file, signal), [file.id, file.attributes.md5sum])
  const { data } = query
  useEffect(() => {
    if (!wantsEditor || !data) return
    setWantsEditor(false)
    if (data.isSound && !data.isCut && canChange) setEdited(data)
  }, [wantsEditor, data])

  const saved = (next: FileResource): void => {
    setFile(next)
    onChanged?.(next)
  }
  if (edited) return <TextEditor file={file} read={edited} onSaved={saved} onReload={setFile} onClose={() => setEdited(undefined)} />
  if (!data) return query.error === undefined ? <Loading /> : <ErrorState error={query.error} onRetry={query.reload} />

  return (
    <div class="text">
      <div class="text__tools">
        {isMarkdown && <Segments label={text.view} value={mode} onChange={setMode} choices={[{ value: 'rendered', label: text.rendered }, { value: 'source', label: text.source }]} />}
        {canChange && !isTrashed(file) && data.isSound && !data.isCut && <Button small icon={IconEdit} onClick={() => setEdited(data)}>{text.editText}</Button>}
      </div>
      {data.isCut && <p class="text__cut small">{text.cutText(formatSize(mostBytes))}</p>}
      {isMarkdown && mode === 'rendered'
        ? <article class="text__page markdown"><Markdown source={data.text} /></article>
        : <pre class="text__page text__page--plain" tabIndex={0}>{data.text}</pre>}
    </div>
  )
}
