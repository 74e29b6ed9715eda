import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Button, common, explain, formatPercent, formatSize, IconAlert, IconButton, IconCheckCircle, IconChevronDown, IconClose, Progress } from '@cozy-apps/ui'
import { text } from '../text.ts'
import { cancel, cancelAll, forgetUploads, isUploading, retry, uploads, uploadsChanged, type UploadTask } from './queue.ts'

/** As many as are drawn. */
const shown = 60

/** How far the uploads are, at the edge of the page. */
export function UploadPanel(): JSX.Element | null {
  const [isFolded, setFolded] = useState(false)
  // Read so that the panel is drawn again when it changes.
  void uploadsChanged.value
  const { tasks } = uploads
  if (tasks.length === 0) return null
  const summary = summaryOf(tasks)
  return (
    <section class="uploads card" aria-label={text.uploads}>
      <header class="uploads__head">
        <h2><span role="status">{summary.label}</span></h2>
        <IconButton icon={IconChevronDown} label={isFolded ? text.show : text.hide} aria-expanded={!isFolded} class={isFolded ? 'uploads__fold uploads__fold--up' : 'uploads__fold'} onClick={() => setFolded(!isFolded)} />
        {!isUploading() && <IconButton icon={IconClose} label={common.close} onClick={forgetUploads} />}
      </header>
      {isUploading() && <div class="uploads__total"><Progress label={summary.label} value={summary.share} /></div>}
      {!isFolded && (
        <>
          <ul class="uploads__list">
            {[...tasks].sort(byUrgency).slice(0, shown).map(task => <UploadRow key={task.id} task={task} />)}
            {tasks.length > shown && <li class="soft small uploads__more">{text.tooMany(tasks.length - shown)}</li>}
          </ul>
          <div class="uploads__actions">
            {summary.failed > 0 && <Button small onClick={() => retry()}>{text.retryFailed}</Button>}
            {isUploading() && <Button small kind="quiet" onClick={cancelAll}>{text.cancelAll}</Button>}
          </div>
        </>
      )}
    </section>
  )
}

const urgency = { sending: 0, asking: 0, failed: 1, waiting: 2, done: 3, skipped: 4, cancelled: 4 }

const byUrgency = (left: UploadTask, right: UploadTask): number => urgency[left.state] - urgency[right.state] || left.id - right.id

function summaryOf(tasks: readonly UploadTask[]): { readonly label: string; readonly share: number; readonly failed: number } {
  const count = (...states: readonly string[]): number => tasks.filter(task => states.includes(task.state)).length
  const failed = count('failed')
  const done = count('done')
  const all = tasks.reduce((sum, task) => sum + task.content.size, 0)
  const sent = tasks.reduce((sum, task) => sum + (task.state === 'waiting' || task.state === 'sending' || task.state === 'asking' ? task.sent : task.content.size), 0)
  const share = all > 0 ? sent / all : 0
  const label = isUploading()
    ? `${text.uploading(tasks.length - count('waiting', 'sending', 'asking'), tasks.length)} · ${formatPercent(share)}`
    : failed > 0 ? text.uploadedSome(done, failed) : done > 0 ? text.uploaded(done) : text.nothingUploaded
  return { label, share, failed }
}

function UploadRow({ task }: { task: UploadTask }): JSX.Element {
  const isOpen = task.state === 'sending' || task.state === 'waiting' || task.state === 'asking'
  return (
    <li class="uploads__row">
      <div class="uploads__text">
        <span class="clip">{[...task.folders, task.content.name].join('/')}</span>
        <span class={`small ${task.state === 'failed' ? 'uploads__error' : 'soft'}`}>{stateText(task)}</span>
        {task.state === 'sending' && <Progress label={task.content.name} value={task.sent} max={task.content.size} />}
      </div>
      {task.state === 'done' && <span class="uploads__done"><IconCheckCircle size={20} /></span>}
      {task.state === 'failed' && <span class="uploads__error"><IconAlert size={20} /></span>}
      {isOpen && <IconButton icon={IconClose} label={text.cancelUpload(task.content.name)} onClick={() => cancel(task)} />}
    </li>
  )
}

function stateText(task: UploadTask): string {
  switch (task.state) {
    case 'failed': return explain(task.error)
    case 'sending': return `${formatSize(task.sent)} / ${formatSize(task.content.size)}`
    case 'asking': return text.asks
    default: return text[task.state]
  }
}
