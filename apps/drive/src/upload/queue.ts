import { signal } from '@preact/signals'
import { ApiError, OfflineError, isConflict, uploadFile, type DroppedFile, type FileResource } from '@cozy-apps/ui'
import { tell } from '../data/changes.ts'
import type { AskAboutConflict, Decision } from '../data/conflicts.ts'
import { freeName, isFolder } from '../data/model.ts'
import { UploadTarget } from './target.ts'

export type TaskState = 'waiting' | 'sending' | 'asking' | 'done' | 'failed' | 'skipped' | 'cancelled'

export interface UploadTask {
  readonly id: number
  readonly content: File
  readonly folders: readonly string[]
  readonly batch: Batch
  state: TaskState
  /** In bytes. */
  sent: number
  error: unknown
  abort: AbortController
}

interface Batch {
  readonly target: UploadTarget
  /** What was decided for all. */
  decision: Decision | undefined
}

/** How many files at once. */
const width = 3
const tick = 120

/** All uploads of this window, in the order in which they were asked for. */
export const uploads: { tasks: readonly UploadTask[] } = { tasks: [] }

/** Changes whenever uploads did, some times a second at most. */
export const uploadsChanged = signal(0)

let asker: AskAboutConflict = () => Promise.resolve(undefined)
let asking: Promise<unknown> = Promise.resolve()
let working = 0
let last = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** Says who asks about names that are taken. */
export const answerConflictsWith = (ask: AskAboutConflict): void => void (asker = ask)

const isOpen = (task: UploadTask): boolean => task.state === 'waiting' || task.state === 'sending' || task.state === 'asking'

/** Whether something is still to be sent. */
export const isUploading = (): boolean => uploads.tasks.some(isOpen)

/** Uploads files into a folder, with the folders they are in. */
export function upload(files: readonly DroppedFile[], folder: FileResource): void {
  const batch: Batch = { target: new UploadTarget(folder), decision: undefined }
  const added = files.map(({ file, folders }): UploadTask => ({
    id: ++last, content: file, folders, batch, state: 'waiting', sent: 0, error: undefined, abort: new AbortController(),
  }))
  uploads.tasks = [...(isUploading() ? uploads.tasks : []), ...added]
  start()
}

export function cancel(task: UploadTask): void {
  if (!isOpen(task)) return
  task.state = 'cancelled'
  task.abort.abort()
  changed()
}

export const cancelAll = (): void => uploads.tasks.forEach(cancel)

/** Tries those again that failed. */
export function retry(which: (task: UploadTask) => boolean = () => true): void {
  for (const task of uploads.tasks) {
    if (task.state !== 'failed' || !which(task)) continue
    task.state = 'waiting'
    task.abort = new AbortController()
  }
  start()
}

/** Forgets those that are over. */
export function forgetUploads(): void {
  uploads.tasks = uploads.tasks.filter(isOpen)
  changed()
}

function changed(): void {
  timer ??= setTimeout(() => {
    timer = undefined
    uploadsChanged.value++
  }, tick)
}

function start(): void {
  changed()
  while (working < width && uploads.tasks.some(task => task.state === 'waiting')) {
    working++
    void work()
  }
}

async function work(): Promise<void> {
  for (;;) {
    const task = uploads.tasks.find(waiting => waiting.state === 'waiting')
    if (!task) break
    task.state = 'sending'
    task.sent = 0
    task.error = undefined
    changed()
    try {
      await run(task)
    } catch (error) {
      if (stateOf(task) !== 'cancelled') {
        task.state = 'failed'
        task.error = error
      }
    }
    changed()
  }
  working--
}

// Cancelled meanwhile or not: the compiler does not know that it can change.
const stateOf = (task: UploadTask): TaskState => task.state

async function run(task: UploadTask): Promise<void> {
  const folder = await task.batch.target.folder(task.folders)
  for (;;) {
    const names = await task.batch.target.names(folder)
    if (stateOf(task) === 'cancelled') return
    const existing = names.get(task.content.name)
    const decision = existing && (await decide(task, existing, folder))
    if (stateOf(task) === 'cancelled') return
    if (decision === 'skip') {
      task.state = 'skipped'
      return
    }
    try {
      const file = await send(task, folder, names, decision === 'replace' ? existing : undefined)
      names.set(file.attributes.name, file)
      task.state = 'done'
      task.sent = task.content.size
      tell(file)
      return
    } catch (error) {
      // Somebody else took the name meanwhile: look again, then ask.
      if (!isConflict(error) || !(error instanceof ApiError) || !(await task.batch.target.refresh(folder, task.content.name))) throw error
    }
  }
}

function send(task: UploadTask, folder: FileResource, names: ReadonlyMap<string, FileResource>, replaced: FileResource | undefined): Promise<FileResource> {
  const name = replaced ? task.content.name : freeName(task.content.name, candidate => names.has(candidate))
  return uploadFile({
    ...(replaced ? { file: replaced.id } : { folder: folder.id }),
    name,
    content: task.content,
    signal: task.abort.signal,
    onProgress: sent => {
      task.sent = sent
      changed()
    },
  })
}

/** One question at a time; what is decided for all is asked once. */
async function decide(task: UploadTask, existing: FileResource, folder: FileResource): Promise<Decision> {
  // A folder is not replaced by a file.
  if (isFolder(existing)) return 'keep'
  task.state = 'asking'
  changed()
  const answer = asking.then(async (): Promise<Decision> => {
    if (stateOf(task) === 'cancelled') return 'skip'
    if (task.batch.decision) return task.batch.decision
    const others = uploads.tasks.filter(other => other !== task && other.batch === task.batch && (other.state === 'waiting' || other.state === 'asking')).length
    const answered = await asker({ name: task.content.name, size: task.content.size, changedAt: task.content.lastModified, existing, folder, others, canReplace: true })
    if (!answered) {
      cancel(task)
      return 'skip'
    }
    if (answered.forAll) task.batch.decision = answered.decision
    return answered.decision
  })
  asking = answer.catch(() => undefined)
  const decision = await answer
  if (stateOf(task) === 'asking') task.state = 'sending'
  changed()
  return decision
}

if (typeof window !== 'undefined') addEventListener('online', () => retry(task => task.error instanceof OfflineError))
