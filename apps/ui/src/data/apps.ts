import { callJson } from './client.ts'
import type { Many, Resource } from './jsonApi.ts'
import { instanceUrl } from './session.ts'

export const appsDoctype = 'io.cozy.apps'
export const connectorsDoctype = 'io.cozy.konnectors'

/** An app has pages; a connector works in the background. */
export type AppKind = 'webapp' | 'konnector'

/** Where the API has the apps of a kind. */
export const appsPath = (kind: AppKind): string => (kind === 'webapp' ? '/apps' : '/konnectors')

export interface Permission {
  readonly type: string
  readonly description?: string
  readonly verbs?: readonly string[]
  readonly selector?: string
  readonly values?: readonly string[]
}

/** What an app says of itself in a language. */
export interface AppTexts {
  readonly name?: string
  readonly short_description?: string
  readonly long_description?: string
  readonly changes?: string
  readonly permissions?: Readonly<Record<string, { readonly description?: string }>>
}

/** A manifest, as an app brings it. */
export interface Manifest extends AppTexts {
  readonly name: string
  readonly name_prefix?: string
  readonly slug: string
  readonly version?: string
  readonly editor?: string
  readonly categories?: readonly string[]
  readonly category?: string
  readonly license?: string
  readonly source?: string
  /** What its maker wants to be agreed to. */
  readonly terms?: { readonly id: string; readonly url: string; readonly version: string }
  readonly developer?: { readonly name?: string; readonly url?: string }
  readonly permissions?: Readonly<Record<string, Permission & { readonly description?: string }>> & AppTexts['permissions']
  readonly locales?: Readonly<Record<string, AppTexts>>
}

/** An installed app. */
export interface AppAttributes extends Omit<Manifest, 'permissions'> {
  readonly permissions?: Readonly<Record<string, Permission>>
  readonly state: 'installing' | 'upgrading' | 'installed' | 'ready' | 'errored'
  /** A version that asks for more than the owner has allowed. */
  readonly available_version?: string
  readonly source?: string
  readonly error?: string
  /** It goes once its accounts are cleared away. */
  readonly removing?: boolean
}

export type AppResource = Resource<AppAttributes>

/** The installed apps. */
export const listApps = (signal?: AbortSignal): Promise<AppResource[]> => listInstalled('webapp', signal)

/** The installed connectors. */
export const listConnectors = (signal?: AbortSignal): Promise<AppResource[]> => listInstalled('konnector', signal)

async function listInstalled(kind: AppKind, signal?: AbortSignal): Promise<AppResource[]> {
  const apps: AppResource[] = []
  let path: string | undefined = `${appsPath(kind)}/`
  while (path) {
    const page: Many<AppAttributes> = await callJson<Many<AppAttributes>>('GET', path, { signal })
    apps.push(...page.data)
    const next: string | undefined = page.links?.next
    path = next && new URL(next, instanceUrl('/')).pathname + new URL(next, instanceUrl('/')).search
  }
  return apps
}

/** The address of an installed app's icon. */
export const appIcon = (app: AppResource): string => instanceUrl(app.links?.icon ?? `/apps/${app.attributes.slug}/icon`)

/** An app's name in a language. */
export const appName = (app: Pick<Manifest, 'name' | 'locales'>, locale: string): string => app.locales?.[locale]?.name ?? app.name
