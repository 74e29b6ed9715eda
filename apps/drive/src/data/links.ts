import { signal } from '@preact/signals'
import { callJson, filesDoctype, type FileResource, type Many, type One, type Resource } from '@cozy-apps/ui'

/** What a link lets others do. */
export type LinkAccess = 'read' | 'change'

interface LinkAttributes {
  readonly permissions?: Readonly<Record<string, { readonly type: string; readonly values?: readonly string[]; readonly verbs?: readonly string[] }>>
  readonly codes?: Readonly<Record<string, string>>
  readonly shortcodes?: Readonly<Record<string, string>>
  readonly expires_at?: string
  readonly password?: boolean
}

type LinkResource = Resource<LinkAttributes>

/** A link by which others see a file or folder. */
export interface ShareLink {
  readonly id: string
  readonly fileIds: readonly string[]
  readonly code: string
  readonly access: LinkAccess
  readonly hasPassword: boolean
  /** When it ends; undefined for never. */
  readonly endsAt: Date | undefined
}

export interface LinkWishes {
  readonly access: LinkAccess
  /** Empty for none, undefined to leave it as it is. */
  readonly password: string | undefined
  /** The last day as `2026-05-31`; empty for no end. */
  readonly lastDay: string
}

/** The verbs of each kind of access. */
const verbs: Readonly<Record<LinkAccess, readonly string[]>> = { read: ['GET'], change: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }

/** All links there are; undefined as long as they are not known. */
export const links = signal<readonly ShareLink[] | undefined>(undefined)

export const linksOf = (file: FileResource): readonly ShareLink[] => (links.value ?? []).filter(link => link.fileIds.includes(file.id))

/** Reads all links. */
export async function readLinks(abort?: AbortSignal): Promise<readonly ShareLink[]> {
  const found: ShareLink[] = []
  let next: string | undefined = `/permissions/doctype/${filesDoctype}/shared-by-link?page[limit]=100`
  while (next) {
    const page: Many<LinkAttributes> = await callJson<Many<LinkAttributes>>('GET', next, { signal: abort })
    found.push(...page.data.map(toLink))
    next = page.links?.next
  }
  links.value = found
  return found
}

/** The ids of what is shared and still can be seen. */
export async function sharedIds(abort?: AbortSignal): Promise<string[]> {
  const now = Date.now()
  const alive = (await readLinks(abort)).filter(link => !link.endsAt || link.endsAt.getTime() > now)
  return [...new Set(alive.flatMap(link => link.fileIds))]
}

export function toLink({ id, attributes }: LinkResource): ShareLink {
  const rules = Object.values(attributes.permissions ?? {}).filter(rule => rule.type === filesDoctype)
  const codes = Object.values(attributes.shortcodes ?? attributes.codes ?? {})
  const allowed = rules.flatMap(rule => rule.verbs ?? ['ALL'])
  return {
    id,
    fileIds: rules.flatMap(rule => rule.values ?? []),
    code: codes[0] ?? '',
    access: allowed.some(verb => verb === 'ALL' || verb === 'PUT' || verb === 'POST') ? 'change' : 'read',
    hasPassword: attributes.password === true,
    endsAt: attributes.expires_at ? new Date(attributes.expires_at) : undefined,
  }
}

/** The address that is given to others. */
export const linkAddress = (link: ShareLink): string => `${location.origin}/public?sharecode=${encodeURIComponent(link.code)}`

const body = (file: FileResource, { access, password, lastDay }: LinkWishes) => ({
  data: {
    type: 'io.cozy.permissions',
    attributes: {
      permissions: { files: { type: filesDoctype, verbs: verbs[access], values: [file.id] } },
      ...(password !== undefined && { password }),
      expires_at: endOf(lastDay),
    },
  },
})

/** The end of a day here, as the API has moments; empty for none. */
export const endOf = (lastDay: string): string => (lastDay ? new Date(`${lastDay}T23:59:59`).toISOString() : '')

/** Makes a link. */
export async function createLink(file: FileResource, wishes: LinkWishes): Promise<ShareLink> {
  const { data } = await callJson<One<LinkAttributes>>('POST', '/permissions', { query: { codes: 'link' }, json: body(file, wishes) })
  const link = toLink(data)
  links.value = [...(links.value ?? []), link]
  return link
}

/** Changes what a link allows, its password or its end. */
export async function changeLink(link: ShareLink, file: FileResource, wishes: LinkWishes): Promise<void> {
  await callJson('PATCH', `/permissions/${link.id}`, { json: body(file, wishes) })
  await readLinks()
}

/** Makes a link useless. */
export async function revokeLink(link: ShareLink): Promise<void> {
  await callJson('DELETE', `/permissions/${link.id}`)
  links.value = (links.value ?? []).filter(other => other.id !== link.id)
}
