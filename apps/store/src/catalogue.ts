import { appsDoctype, callJson, compareNames, foldText, isNotFound, listApps, locale, useQuery, type AppResource, type Manifest, type Query } from '@cozy-apps/ui'

/** An app as a registry tells of it. */
interface Listed {
  readonly slug: string
  readonly type?: string
  readonly maintenance_activated?: boolean
  readonly latest_version?: { readonly version: string; readonly manifest: Manifest }
}

interface Page {
  readonly data: readonly Listed[]
  readonly meta?: { readonly next_cursor?: string }
}

/** An app that there is: in the catalogue, on this Cozy, or both. */
export interface Entry {
  readonly slug: string
  /** What the catalogue's latest version says of itself, or else the installed one. */
  readonly manifest: Manifest
  readonly installed: AppResource | undefined
  /** The latest version of the catalogue; undefined when it does not have the app. */
  readonly latest: string | undefined
  readonly isInMaintenance: boolean
}

/** Those without which there is no way back. */
const essential: ReadonlySet<string> = new Set(['home', 'store'])

export const isEssential = (entry: Entry): boolean => essential.has(entry.slug)

export const isAtWork = ({ installed }: Entry): boolean => installed?.attributes.state === 'installing' || installed?.attributes.state === 'upgrading'

export const isReady = ({ installed }: Entry): boolean => installed?.links?.related !== undefined

export const hasFailed = ({ installed }: Entry): boolean => installed?.attributes.state === 'errored'

/** The version an installed app could have; undefined when it has the latest. */
export function updateOf({ installed, latest }: Entry): string | undefined {
  if (!installed || installed.attributes.state !== 'ready') return undefined
  const { available_version: waiting, version, source } = installed.attributes
  if (waiting) return waiting
  return latest && latest !== version && /^(registry|bundled):/.test(source ?? '') ? latest : undefined
}

/** What an app says in the owner's language. */
export const wordsOf = (manifest: Manifest) => ({ ...manifest, ...manifest.locales?.en, ...manifest.locales?.[locale] })

export const nameOf = (entry: Entry): string => wordsOf(entry.manifest).name

export const developerOf = ({ manifest }: Entry): string => manifest.developer?.name ?? manifest.editor ?? ''

export const categoryOf = ({ manifest }: Entry): string => manifest.categories?.[0] ?? manifest.category ?? 'others'

async function readRegistry(signal: AbortSignal): Promise<readonly Listed[]> {
  const query = { limit: 200, versionsChannel: 'stable', latestChannelVersion: 'stable', 'filter[type]': 'webapp' }
  const listed: Listed[] = []
  try {
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Page = await callJson<Page>('GET', '/registry', { query: { ...query, cursor: cursor || undefined }, signal })
      listed.push(...page.data)
      cursor = page.meta?.next_cursor || undefined
    }
    return listed
  } catch (error) {
    // A server without registries has no catalogue, which is no failure.
    if (isNotFound(error)) return []
    throw error
  }
}

/** Everything there is, in the order of names. */
export function merge(listed: readonly Listed[], installed: readonly AppResource[]): Entry[] {
  const bySlug = new Map(installed.map(app => [app.attributes.slug, app]))
  const entries: Entry[] = []
  for (const { slug, type, latest_version: latest, maintenance_activated: maintained } of listed) {
    if (!latest || (type !== undefined && type !== 'webapp')) continue
    entries.push({ slug, manifest: latest.manifest, installed: bySlug.get(slug), latest: latest.version, isInMaintenance: maintained ?? false })
    bySlug.delete(slug)
  }
  for (const [slug, app] of bySlug)
    entries.push({ slug, manifest: app.attributes as Manifest, installed: app, latest: undefined, isInMaintenance: false })
  return entries.sort((left, right) => compareNames(nameOf(left), nameOf(right)))
}

export interface Catalogue {
  readonly registry: Query<readonly Listed[]>
  readonly installed: Query<AppResource[]>
  readonly entries: readonly Entry[]
}

/** The catalogue and what is installed, kept up to date. */
export function useCatalogue(): Catalogue {
  const registry = useQuery(readRegistry, [])
  const installed = useQuery(listApps, [], [appsDoctype])
  return { registry, installed, entries: merge(registry.data ?? [], installed.data ?? []) }
}

/** The apps whose name, developer or description have a text. */
export function search(entries: readonly Entry[], text: string): readonly Entry[] {
  const wanted = foldText(text.trim())
  if (!wanted) return entries
  return entries.filter(entry => {
    const { name, short_description: description } = wordsOf(entry.manifest)
    return foldText(`${name} ${entry.slug} ${developerOf(entry)} ${description ?? ''}`).includes(wanted)
  })
}
