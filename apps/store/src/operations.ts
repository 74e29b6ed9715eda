import { signal } from '@preact/signals'
import { ApiError, appsPath, callJson, explain, notify, notifyError, streamEvents, type AppAttributes, type One } from '@cozy-apps/ui'
import { nameOf, type Entry } from './catalogue.ts'
import { acceptTerms, termsOf } from './terms.ts'
import { texts } from './texts.ts'

export type Step = keyof typeof texts.steps

const keyOf = (entry: Entry): string => `${entry.kind} ${entry.slug}`
const working = signal<ReadonlyMap<string, Step>>(new Map())

/** What is being done to an app in this window. */
export const stepOf = (entry: Entry): Step | undefined => working.value.get(keyOf(entry))

function setStep(entry: Entry, step: Step | undefined): void {
  const next = new Map(working.value)
  if (step) next.set(keyOf(entry), step)
  else next.delete(keyOf(entry))
  working.value = next
}

/**
 * Installs an app, or updates it, telling each step; the owner has agreed to what it asks for, and to its terms. Tells the
 * app as it is then; undefined when it failed, of which the owner is told.
 */
export async function install(entry: Entry, isUpdate: boolean): Promise<One<AppAttributes>['data'] | undefined> {
  const { slug } = entry
  setStep(entry, 'starting')
  try {
    const terms = termsOf(entry.manifest)
    if (terms) await acceptTerms(terms)
    const query = isUpdate ? { PermissionsAcked: true } : { Source: `registry://${slug}/stable` }
    let installed: One<AppAttributes>['data'] | undefined
    for await (const { event, data } of streamEvents(isUpdate ? 'PUT' : 'POST', `${appsPath(entry.kind)}/${slug}`, { query })) {
      if (event === 'error') throw new ApiError(502, messageOf(data))
      const app = (JSON.parse(data) as One<AppAttributes>).data
      const { attributes } = app
      if (attributes.state === 'errored') throw new ApiError(502, attributes.error ?? '')
      if (attributes.state === 'ready' || attributes.state === 'installed') installed = app
      setStep(entry, installed ? 'finishing' : attributes.state === 'upgrading' ? 'upgrading' : 'installing')
    }
    if (!installed) throw new ApiError(502, texts.broken)
    notify(isUpdate ? texts.updated(nameOf(entry)) : texts.ready(nameOf(entry)))
    return installed
  } catch (error) {
    const why = error instanceof ApiError && error.message ? error.message : explain(error)
    notifyError(texts.failed(nameOf(entry), why))
    return undefined
  } finally {
    setStep(entry, undefined)
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
  setStep(entry, 'finishing')
  try {
    await callJson('DELETE', `${appsPath(entry.kind)}/${entry.slug}`)
    notify(texts.removed(nameOf(entry)))
  } catch (error) {
    notifyError(error)
  } finally {
    setStep(entry, undefined)
  }
}
