import { useMemo } from 'preact/hooks'
import type { FileResource } from '@cozy-apps/ui'
import { sorting } from '../browse/viewing.ts'
import { nameMatches } from '../data/model.ts'
import { sortFiles } from '../data/sorting.ts'
import { lately, type Place } from '../data/useContent.ts'
import type { Where } from '../places.ts'

const byDate = { field: 'date', isDescending: true } as const

/** The files of a place in the order in which they are shown; a search shows at once what is known already. */
export function useSorted(place: Place, where: Where): readonly FileResource[] | undefined {
  const chosen = where.name === 'recent' ? byDate : sorting.value
  return useMemo(() => {
    if (place.files) return sortFiles(place.files, chosen)
    if (where.name !== 'search' || place.error !== undefined) return undefined
    const known = [...lately.values()].filter(file => nameMatches(file.attributes.name, where.question!) && file.attributes.name !== '' && file.attributes.trashed !== true)
    return known.length > 0 ? sortFiles(known.slice(0, 300), chosen) : undefined
  }, [place.files, place.error, chosen, where.name, where.question])
}
