import { Button, EmptyState, ErrorState, IconStore, Loading, Progress, Toasts, takeIntent, type Intent } from '@cozy-apps/ui'
import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Terms } from './Ask.tsx'
import { categoryOf, isConnector, isReady, nameOf, useCatalogue, wordsOf, type Entry } from './catalogue.ts'
import { EntryIcon } from './EntryIcon.tsx'
import { install, stepOf } from './operations.ts'
import { explainPermissions } from './permissions.ts'
import { PermissionList } from './PermissionList.tsx'
import { termsOf } from './terms.ts'
import { texts } from './texts.ts'

/** What an app says that wants something to be installed. */
interface Wish {
  readonly slug?: string
  readonly category?: string
  /** Whether what is there already is an answer; so it is when nothing is said. */
  readonly terminateIfInstalled?: boolean
}

/** Installs what another app asks for, in a frame of that app's page. */
export function InstallFrame({ intent: id }: { intent: string }): JSX.Element {
  const [intent, setIntent] = useState<Intent<Wish>>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    takeIntent<Wish>(id).then(setIntent, setError)
  }, [id])
  return (
    <>
      <main id="content" class="page frame">
        {error !== undefined ? <ErrorState error={error} /> : intent ? <Wanted intent={intent} /> : <Loading />}
      </main>
      <Toasts />
    </>
  )
}

function Wanted({ intent }: { intent: Intent<Wish> }): JSX.Element {
  const { registry, installed, entries } = useCatalogue()
  const { slug, category, terminateIfInstalled = true } = intent.data ?? {}
  const [chosen, setChosen] = useState(slug)
  const isLoading = installed.isLoading || registry.isLoading
  const kind = intent.type === 'io.cozy.konnectors' ? 'konnector' : 'webapp'
  // Who asks for an app by its name may mean either.
  const entry = entries.find(one => one.slug === chosen && one.kind === kind) ?? entries.find(one => one.slug === chosen)
  const isThere = entry !== undefined && isReady(entry)
  useEffect(() => {
    if (!isLoading && isThere && terminateIfInstalled) intent.done(answerOf(entry))
  }, [isLoading, isThere])

  const failure = installed.error ?? registry.error
  if (isLoading) return <Loading />
  if (failure !== undefined) return <ErrorState error={failure} onRetry={() => { installed.reload(); registry.reload() }} />
  if (entry) return <Offer entry={entry} intent={intent} />
  if (chosen) return <EmptyState icon={IconStore} title={texts.unknown}><Button onClick={intent.cancel}>{texts.cancel}</Button></EmptyState>
  const choices = entries.filter(one => one.kind === kind && !isReady(one) && (!category || categoryOf(one) === category))
  return (
    <>
      <h1>{isConnectorKind(kind) ? texts.chooseConnector : texts.chooseApp}</h1>
      {choices.length === 0
        ? <EmptyState icon={IconStore} title={texts.none} />
        : (
          <ul class="frame__choices">
            {choices.map(one => (
              <li key={one.slug}>
                <button type="button" class="card" onClick={() => setChosen(one.slug)}>
                  <EntryIcon entry={one} size={40} /><span><strong>{nameOf(one)}</strong><span class="soft small">{wordsOf(one.manifest).short_description}</span></span>
                </button>
              </li>
            ))}
          </ul>
        )}
      <div class="frame__actions"><Button onClick={intent.cancel}>{texts.cancel}</Button></div>
    </>
  )
}

const isConnectorKind = (kind: Entry['kind']): boolean => kind === 'konnector'

/** What the other app is told: the app as the catalogue's readers know it. */
const answerOf = ({ kind, slug, manifest, installed }: Entry, app = installed): object => ({
  ...app?.attributes, _id: app?.id, _type: app?.type, slug, type: kind, name: manifest.name, installed: true, links: app?.links,
})

function Offer({ entry, intent }: { entry: Entry; intent: Intent<Wish> }): JSX.Element {
  const [isAccepted, setAccepted] = useState(termsOf(entry.manifest) === undefined)
  const name = nameOf(entry)
  const step = stepOf(entry)
  const permissions = explainPermissions(entry.manifest)
  const run = async (): Promise<void> => {
    const app = await install(entry, false)
    if (app) intent.done(answerOf(entry, app))
  }
  return (
    <>
      <header class="details__head">
        <EntryIcon entry={entry} size={64} />
        <div>
          <h1>{isReady(entry) ? name : texts.askTitle(name)}</h1>
          <p class="soft">{wordsOf(entry.manifest).short_description}</p>
        </div>
      </header>
      {isConnector(entry) && <p class="soft">{texts.connectorText}</p>}
      {permissions.length > 0 && <p>{texts.askText}</p>}
      <PermissionList permissions={permissions} />
      <Terms manifest={entry.manifest} isAccepted={isAccepted} onChange={setAccepted} />
      {step
        ? <div role="status"><Progress label={texts.progress(name)} /><p class="small">{texts.steps[step]}</p></div>
        : (
          <div class="frame__actions">
            <Button onClick={intent.cancel}>{texts.cancel}</Button>
            {isReady(entry)
              ? <Button kind="main" onClick={() => intent.done(answerOf(entry))}>{texts.goOn}</Button>
              : <Button kind="main" disabled={!isAccepted} onClick={() => void run()}>{texts.agree}</Button>}
          </div>
        )}
    </>
  )
}
