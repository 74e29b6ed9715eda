import { useEffect, useRef } from 'preact/hooks'
import { go } from '@cozy-apps/ui'
import { routeTo, type Where } from '../places.ts'

/** The ways from a file that is shown above a place: back to the place, and to the files beside it. */
export function useViewed(where: Where): { readonly close: () => void; readonly show: (id: string) => void } {
  const hadFile = useRef(where.file !== undefined)
  const isOpenedHere = useRef(false)
  useEffect(() => {
    const hasFile = where.file !== undefined
    if (!hasFile) isOpenedHere.current = false
    else if (!hadFile.current) isOpenedHere.current = true
    hadFile.current = hasFile
  }, [where.file])
  return {
    // Going back leaves no second entry for the place in the history; who came by a link from elsewhere stays in the app.
    close: () => (isOpenedHere.current ? history.back() : go(routeTo(where), true)),
    show: id => go(routeTo(where, id), true),
  }
}
