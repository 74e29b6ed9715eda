import {
  appsDoctype, callJson, compareNames, connectorsDoctype, foldText, isNotFound, listApps, listConnectors, locale, useQuery, type AppKind, type AppResource,
  type Manifest, type Query,
} from '@cozy-apps/ui'

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

/** An app or connector that there is: in the catalogue, on this Cozy, or both. */
export interface Entry {
  readonly kind: AppKind
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

export const isEssential = (entry: Entry): boolean => entry.kind === 'webapp' && essential.has(entry.slug)

export const isConnector = (entry: Entry): boolean => entry.kind === 'konnector'

export const isAtWork = ({ installed }: Entry): boolean => installed?.attributes.state === 'installing' || installed?.attributes.state === 'upgrading' || installed?.attributes.removing === true

export const isReady = ({ kind, installed }: Entry): boolean =>
  kind === 'webapp' ? installed?.links?.related !== undefined : installed?.attributes.state === 'ready'

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
  const query = { limit: 200, versionsChannel: 'stable', latestChannelVersion: 'stable' }
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
export function merge(listed: readonly Listed[], apps: readonly AppResource[], connectors: readonly AppResource[] = []): Entry[] {
  const installed = new Map<string, AppResource>()
  for (const app of apps) installed.set(`webapp ${app.attributes.slug}`, app)
  for (const connector of connectors) installed.set(`konnector ${connector.attributes.slug}`, connector)
  const entries: Entry[] = []
  for (const { slug, type, latest_version: latest, maintenance_activated: maintained } of listed) {
    const kind = type ?? 'webapp'
    if (!latest || (kind !== 'webapp' && kind !== 'konnector')) continue
    const key = `${kind} ${slug}`
    entries.push({ kind, slug, manifest: latest.manifest, installed: installed.get(key), latest: latest.version, isInMaintenance: maintained ?? false })
    installed.delete(key)
  }
  for (const [key, app] of installed) {
    const { slug } = app.attributes
    const kind = key.startsWith('webapp ') ? 'webapp' : 'konnector'
    entries.push({ kind, slug, manifest: app.attributes as Manifest, installed: app, latest: undefined, isInMaintenance: false })
  }
  return entries.sort((left, right) => compareNames(nameOf(left), nameOf(right)))
}

export interface Catalogue {
  readonly registry: Query<readonly Listed[]>
  readonly installed: Query<Installed>
  readonly entries: readonly Entry[]
}

interface Installed {
  readonly apps: readonly AppResource[]
  readonly connectors: readonly AppResource[]
}

async function readInstalled(signal: AbortSignal): Promise<Installed> {
  const [apps, connectors] = await Promise.all([listApps(signal), listConnectors(signal)])
  return { apps, connectors }
}

/** The catalogue and what is installed, kept up to date. */
export function useCatalogue(): Catalogue {
  const registry = useQuery(readRegistry, [])
  const installed = useQuery(readInstalled, [], [appsDoctype, connectorsDoctype])
  return { registry, installed, entries: merge(registry.data ?? [], installed.data?.apps ?? [], installed.data?.connectors) }
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
