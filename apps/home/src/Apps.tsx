import { AppIcon, EmptyState, IconPlus, IconStore, Loaded, Skeleton, appName, appUrl, compareNames, locale, type AppResource, type Query } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { texts } from './texts.ts'

const aside: ReadonlySet<string> = new Set(['home', 'store'])

/** The apps one comes for: not Home, where one is, nor the App Center, which has a tile of its own. */
export const tilesOf = (apps: readonly AppResource[]): AppResource[] =>
  apps.filter(app => !aside.has(app.attributes.slug)).sort((left, right) => compareNames(nameOf(left), nameOf(right)))

export const nameOf = (app: AppResource): string => appName(app.attributes, locale)

/** The apps as tiles, and a last one to add more. */
export const Apps = ({ apps }: { apps: Query<AppResource[]> }): JSX.Element => (
  <section class="apps" aria-label={texts.apps}>
    <Loaded query={apps} loading={<div class="tiles"><Skeleton count={6} class="tile__ghost" /></div>}>
      {all => tilesOf(all).length === 0
        ? <EmptyState icon={IconStore} title={texts.noApps}><a href={appUrl('store')}>{texts.noAppsText}</a></EmptyState>
        : (
          <ul class="tiles">
            {tilesOf(all).map(app => <li key={app.id}><Tile app={app} /></li>)}
            <li><a class="tile" href={appUrl('store')}><span class="tile__add"><IconPlus size={28} /></span><span class="tile__name">{texts.add}</span></a></li>
          </ul>
        )}
    </Loaded>
  </section>
)

function Tile({ app }: { app: AppResource }): JSX.Element {
  const { state, available_version: available, slug } = app.attributes
  const isReady = app.links?.related !== undefined
  const note = state === 'errored' ? texts.broken : !isReady ? texts.working : available ? texts.update : ''
  // What is not ready is looked after in the App Center.
  const href = isReady ? app.links!.related : appUrl('store', `/discover/${slug}`)
  return (
    <a class={`tile${isReady ? '' : ' tile--waiting'}`} href={href}>
      <span class="tile__icon">
        <AppIcon app={app} size={60} />
        {note && <span class={`tile__note${state === 'errored' ? ' tile__note--bad' : ''}`} title={note} />}
      </span>
      <span class="tile__name">{nameOf(app)}</span>
      {note && <span class="visually-hidden">{note}</span>}
    </a>
  )
}
