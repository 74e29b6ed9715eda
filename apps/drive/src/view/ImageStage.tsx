import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Loading, type FileResource } from '@cozy-apps/ui'
import { useThumb } from '../browse/Thumb.tsx'
import { text } from '../text.ts'
import { NoPreview } from './FileStage.tsx'
import { useContentUrl } from './useContentUrl.ts'

/** Pictures that move or have no size lose by being made smaller. */
const asIs = /gif|svg/

/** A picture, in the window or, after a click, in its own size. */
export function ImageStage({ file }: { file: FileResource }): JSX.Element {
  const [isZoomed, setZoomed] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const small = useThumb(file, 'large')
  const isOriginal = isZoomed || asIs.test(file.attributes.mime ?? '') || small.isMissing
  const original = useContentUrl(file, isOriginal)
  const address = (isOriginal ? original.url : undefined) ?? small.address
  if (hasFailed || (isOriginal && original.error !== undefined)) return <NoPreview file={file} reason={text.previewFailed} />
  if (!address) return <Loading />
  return (
    <div class={`image${isZoomed ? ' image--zoomed' : ''}`} data-own-keys={isZoomed ? '' : undefined} tabIndex={isZoomed ? 0 : -1}>
      <button type="button" class="image__button" aria-pressed={isZoomed} aria-label={isZoomed ? text.fit : text.zoom} onClick={() => setZoomed(!isZoomed)}>
        <img src={address} alt={file.attributes.name} draggable={false} onError={() => (isOriginal && original.url ? setFailed(true) : small.onError())} />
      </button>
    </div>
  )
}
