import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { getFile, instanceUrl, type FileResource } from '@cozy-apps/ui'
import { kindOf } from '../data/model.ts'
import { FileIcon } from './FileIcon.tsx'

export type ThumbSize = 'tiny' | 'small' | 'medium' | 'large'

/** Whether the server makes small pictures of it. */
export const hasThumb = (file: FileResource): boolean =>
  file.attributes.type === 'file' && (file.attributes.class === 'image' || file.attributes.class === 'pdf')

/**
 * The address of a small picture of a file; undefined while there is none. Addresses work for some minutes, and what events
 * tell of has none: `onError` asks for another one, once.
 */
export function useThumb(file: FileResource, size: ThumbSize): { readonly address: string | undefined; readonly isMissing: boolean; readonly onError: () => void } {
  const content = `${file.id} ${file.attributes.md5sum} ${size}`
  const given = file.links?.[size]
  const [state, setState] = useState({ content, address: given, isRenewed: false })
  const current = state.content === content ? state : { content, address: given, isRenewed: false }

  useEffect(() => {
    if (!hasThumb(file) || current.address !== undefined || current.isRenewed) return
    let isLate = false
    getFile(file.id).then(
      fresh => !isLate && setState({ content, address: fresh.links?.[size], isRenewed: true }),
      () => !isLate && setState({ content, address: undefined, isRenewed: true }),
    )
    return () => void (isLate = true)
  }, [content, current.address, current.isRenewed])

  return {
    address: current.address && instanceUrl(current.address),
    isMissing: !hasThumb(file) || (current.address === undefined && current.isRenewed),
    onError: () => setState({ ...current, address: undefined }),
  }
}

/** The picture of a file: what is in it when that can be seen, else what kind it is. */
export function Thumb({ file, size, iconSize }: { file: FileResource; size: ThumbSize; iconSize: number }): JSX.Element {
  const { address, onError } = useThumb(file, size)
  const kind = kindOf(file)
  if (!address) return <FileIcon kind={kind} size={iconSize} />
  return <img class={`thumb thumb--${kind}`} src={address} alt="" loading="lazy" decoding="async" draggable={false} onError={onError} />
}
