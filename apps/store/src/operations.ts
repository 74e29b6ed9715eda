import { signal } from '@preact/signals'
import { ApiError, callJson, explain, notify, notifyError, streamEvents, type AppAttributes, type One } from '@cozy-apps/ui'
import { nameOf, type Entry } from './catalogue.ts'
import { texts } from './texts.ts'

export type Step = keyof typeof texts.steps

/** What is being done to apps in this window, by slug. */
export const working = signal<ReadonlyMap<string, Step>>(new Map())

function setStep(slug: string, step: Step | undefined): void {
  const next = new Map(working.value)
  if (step) next.set(slug, step)
  else next.delete(slug)
  working.value = next
}

/** Installs an app, or updates it, telling each step; the owner has agreed to what it asks for. */
export async function install(entry: Entry, isUpdate: boolean): Promise<void> {
  const { slug } = entry
  setStep(slug, 'starting')
  try {
    const query = isUpdate ? { PermissionsAcked: true } : { Source: `registry://${slug}/stable` }
    let isDone = false
    for await (const { event, data } of streamEvents(isUpdate ? 'PUT' : 'POST', `/apps/${slug}`, { query })) {
      if (event === 'error') throw new ApiError(502, messageOf(data))
      const { attributes } = (JSON.parse(data) as One<AppAttributes>).data
      if (attributes.state === 'errored') throw new ApiError(502, attributes.error ?? '')
      isDone = attributes.state === 'ready' || attributes.state === 'installed'
      setStep(slug, isDone ? 'finishing' : attributes.state === 'upgrading' ? 'upgrading' : 'installing')
    }
    if (!isDone) throw new ApiError(502, texts.broken)
    notify(isUpdate ? texts.updated(nameOf(entry)) : texts.ready(nameOf(entry)))
  } catch (error) {
    const why = error instanceof ApiError && error.message ? error.message : explain(error)
    notifyError(texts.failed(nameOf(entry), why))
  } finally {
    setStep(slug, undefined)
  }
}

/** Errors in the stream are JSON texts. */
function messageOf(data: string): string {
  try {
    return String(JSON.parse(data))
  } catch {
    return data
  }
}

/** Removes an app. */
export async function remove(entry: Entry): Promise<void> {
  setStep(entry.slug, 'finishing')
  try {
    await callJson('DELETE', `/apps/${entry.slug}`)
    notify(texts.removed(nameOf(entry)))
  } catch (error) {
    notifyError(error)
  } finally {
    setStep(entry.slug, undefined)
  }
}
