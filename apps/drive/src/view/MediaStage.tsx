import { useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Loading, type FileResource } from '@cozy-apps/ui'
import { FileIcon } from '../browse/FileIcon.tsx'
import { kindOf } from '../data/model.ts'
import { text } from '../text.ts'
import { NoPreview } from './FileStage.tsx'
import { useContentUrl } from './useContentUrl.ts'

/** Addresses end after ten minutes: asked for once more, and played on from where it was. */
const mostRenewals = 20

/** A film or a sound, with the browser's own player. */
export function MediaStage({ file }: { file: FileResource }): JSX.Element {
  const { url, error, renew } = useContentUrl(file)
  const [hasFailed, setFailed] = useState(false)
  const resume = useRef({ at: 0, isPlaying: false, renewals: 0 })
  if (hasFailed || error !== undefined) return <NoPreview file={file} reason={text.previewFailed} />
  if (!url) return <Loading />

  const handlers = {
    onError: (event: Event) => {
      const media = event.currentTarget as HTMLMediaElement
      const wasPlayed = media.currentTime > 0
      if (!wasPlayed || resume.current.renewals++ > mostRenewals) return setFailed(true)
      resume.current = { ...resume.current, at: media.currentTime, isPlaying: !media.paused }
      renew()
    },
    onLoadedMetadata: (event: Event) => {
      const media = event.currentTarget as HTMLMediaElement
      if (resume.current.at === 0) return
      media.currentTime = resume.current.at
      if (resume.current.isPlaying) void media.play().catch(() => undefined)
    },
  }
  if (kindOf(file) === 'video')
    return <video class="video" src={url} controls playsInline preload="metadata" aria-label={file.attributes.name} data-own-keys {...handlers} />
  return (
    <div class="audio">
      <FileIcon kind="audio" size={112} />
      <audio src={url} controls preload="metadata" aria-label={file.attributes.name} data-own-keys {...handlers} />
    </div>
  )
}
