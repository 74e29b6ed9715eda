import { useEffect, useState } from 'preact/hooks'
import { downloadUrl, type FileResource } from '@cozy-apps/ui'

export interface ContentUrl {
  /** An address of the content; undefined as long as it is not known. */
  readonly url: string | undefined
  readonly error: unknown
  /** Asks for another one: addresses work for ten minutes. */
  readonly renew: () => void
}

/** An address from which the browser itself reads a file, such as for a film. */
export function useContentUrl(file: FileResource, isWanted = true): ContentUrl {
  const key = `${file.id} ${file.attributes.md5sum}`
  const [state, setState] = useState<{ key: string; url?: string; error?: unknown }>({ key })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (!isWanted) return
    let isLate = false
    downloadUrl(file.id, file.attributes.name).then(
      url => !isLate && setState({ key, url }),
      (error: unknown) => !isLate && setState({ key, error }),
    )
    return () => void (isLate = true)
  }, [key, turn, isWanted])
  const current = state.key === key ? state : { url: undefined, error: undefined }
  return { url: current.url, error: current.error, renew: () => setTurn(last => last + 1) }
}
