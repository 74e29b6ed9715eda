import type { JSX } from 'preact'
import { ButtonLink, IconExternal, Loading, type FileResource } from '@cozy-apps/ui'
import { Thumb } from '../browse/Thumb.tsx'
import { text } from '../text.ts'
import { NoPreview } from './FileStage.tsx'
import { useContentUrl } from './useContentUrl.ts'

/** A PDF in the browser's own viewer; where there is none, its first page and a way to open it. */
export function PdfStage({ file }: { file: FileResource }): JSX.Element {
  const { url, error } = useContentUrl(file)
  if (error !== undefined) return <NoPreview file={file} reason={text.previewFailed} />
  if (!url) return <Loading />
  if (navigator.pdfViewerEnabled) return <iframe class="pdf" src={url} title={file.attributes.name} />
  return (
    <div class="pdf-page">
      <div class="pdf-page__picture"><Thumb file={file} size="large" iconSize={112} /></div>
      <ButtonLink icon={IconExternal} href={url} target="_blank">{text.openNewTab}</ButtonLink>
    </div>
  )
}
