import { addDocument, listDocuments, putDocument, useQuery, type Query } from '@cozy-apps/ui'
import { useEffect } from 'preact/hooks'

export const settingsDoctype = 'io.cozy.home.settings'

export const scenes = ['dusk', 'sea', 'meadow', 'night', 'plain'] as const
export type Scene = (typeof scenes)[number]

export const widgets = ['recent', 'todo', 'storage'] as const
export type Widget = (typeof widgets)[number]

/** How the owner has arranged the page. Apps of others keep their own members in the same document. */
export interface HomeSettings {
  readonly _id?: string
  readonly _rev?: string
  readonly scene?: Scene | 'own'
  readonly hiddenWidgets?: readonly Widget[]
  /** The moment up to which the owner has seen the notifications. */
  readonly notificationsSeenAt?: string
}

export const readHomeSettings = async (signal?: AbortSignal): Promise<HomeSettings> =>
  (await listDocuments<HomeSettings>(settingsDoctype, signal))[0] ?? {}

/** What the page looked like here the last time, so that it does not change its face while it loads. */
const storageKey = 'home.settings'

function recall(): HomeSettings | undefined {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** How the owner has arranged the page; at first as it was the last time. */
export function useHomeSettings(): Query<HomeSettings> & { readonly shown: HomeSettings } {
  const query = useQuery(readHomeSettings, [], [settingsDoctype])
  useEffect(() => {
    if (!query.data) return
    try {
      localStorage.setItem(storageKey, JSON.stringify(query.data))
    } catch {
      // Private windows may keep nothing.
    }
  }, [query.data])
  return { ...query, shown: query.data ?? recall() ?? {} }
}

/** Changes some settings; shows them before they are kept. */
export async function changeHomeSettings(query: Query<HomeSettings>, changes: Partial<HomeSettings>): Promise<void> {
  query.show({ ...query.data, ...changes })
  try {
    // Read anew: another window may have changed the rest.
    const current = { ...(await readHomeSettings()), ...changes }
    const { _id } = current
    query.show(_id ? await putDocument(settingsDoctype, { ...current, _id }) : await addDocument(settingsDoctype, current))
  } catch (error) {
    query.reload()
    throw error
  }
}
