import { callJson } from './client.ts'
import type { One, Resource } from './jsonApi.ts'

export type ColorScheme = 'auto' | 'light' | 'dark'

/** The owner's settings that all apps share. */
export interface InstanceSettings {
  readonly public_name?: string
  readonly email?: string
  readonly locale: string
  readonly tz?: string
  readonly auth_mode?: string
  readonly colorScheme?: ColorScheme
  /** The owner's colour, one of `accents`. */
  readonly accent?: string
}

export interface DiskUsage {
  /** In bytes. */
  readonly used: number
  /** In bytes; undefined when there is no limit. */
  readonly quota: number | undefined
  readonly trash: number
  readonly versions: number
}

export const getInstanceSettings = async (signal?: AbortSignal): Promise<Resource<InstanceSettings>> =>
  (await callJson<One<InstanceSettings>>('GET', '/settings/instance', { signal })).data

/** Changes some settings and leaves the others as they are. */
export async function changeInstanceSettings(changes: Partial<InstanceSettings>): Promise<Resource<InstanceSettings>> {
  const { attributes, meta } = await getInstanceSettings()
  const json = { data: { type: 'io.cozy.settings', id: 'io.cozy.settings.instance', meta, attributes: { ...attributes, ...changes } } }
  return (await callJson<One<InstanceSettings>>('PUT', '/settings/instance', { json })).data
}

export async function getDiskUsage(signal?: AbortSignal): Promise<DiskUsage> {
  const { attributes } = (await callJson<One<Record<string, string>>>('GET', '/settings/disk-usage', { query: { include: 'trash' }, signal })).data
  return {
    used: Number(attributes.used),
    quota: attributes.quota === undefined ? undefined : Number(attributes.quota),
    trash: Number(attributes.trash ?? 0),
    versions: Number(attributes.versions ?? 0),
  }
}

/** Ends the session of this browser. */
export const logOut = (): Promise<unknown> => callJson('DELETE', '/auth/login')
