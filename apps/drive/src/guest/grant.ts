import { callJson, filesDoctype, getFile, type FileResource, type One } from '@cozy-apps/ui'

/** What a link lets its holder see and do. */
export interface Grant {
  /** The file or folder that was shared. */
  readonly shared: FileResource
  readonly canAdd: boolean
  readonly canChange: boolean
}

interface PermissionAttributes {
  readonly permissions?: Readonly<Record<string, { readonly type: string; readonly verbs?: readonly string[]; readonly values?: readonly string[] }>>
}

/** Reads what the link of this page is for. */
export async function readGrant(signal?: AbortSignal): Promise<Grant> {
  const { data } = await callJson<One<PermissionAttributes>>('GET', '/permissions/self', { signal })
  const rule = Object.values(data.attributes.permissions ?? {}).find(({ type, values }) => type === filesDoctype && values?.[0])
  if (!rule) throw new Error('The link is for no file')
  const allows = (verb: string): boolean => !rule.verbs || rule.verbs.length === 0 || rule.verbs.includes('ALL') || rule.verbs.includes(verb)
  return { shared: await getFile(rule.values![0]!, signal), canAdd: allows('POST'), canChange: allows('PATCH') && allows('PUT') }
}
