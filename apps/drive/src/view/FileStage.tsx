import { useEffect, useState } from 'preact/hooks'
import type { FunctionComponent, JSX } from 'preact'
import { Button, IconDownload, Loading, type FileResource } from '@cozy-apps/ui'
import { FileIcon } from '../browse/FileIcon.tsx'
import { download } from '../data/download.ts'
import { isText, kindOf } from '../data/model.ts'
import { text } from '../text.ts'
import { ImageStage } from './ImageStage.tsx'
import { MediaStage } from './MediaStage.tsx'
import { PdfStage } from './PdfStage.tsx'

export interface StageProps {
  readonly file: FileResource
  /** Whether to begin with editing. */
  readonly isEditing?: boolean
  /** Told of the file after it was saved here. */
  readonly onChanged?: (file: FileResource) => void
}

/** What is in a file, shown as its kind is. */
export function FileStage(props: StageProps): JSX.Element {
  const { file } = props
  switch (kindOf(file)) {
    case 'image': return <ImageStage key={file.id} file={file} />
    case 'video': case 'audio': return <MediaStage key={file.id} file={file} />
    case 'pdf': return <PdfStage key={file.id} file={file} />
    default: return isText(file) ? <LateTextStage key={file.id} {...props} /> : <NoPreview file={file} />
  }
}

/** Most look at photos: what text needs is loaded when there is one. */
function LateTextStage(props: StageProps): JSX.Element {
  const [Stage, setStage] = useState<FunctionComponent<StageProps>>()
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    import('./TextStage.tsx').then(({ TextStage }) => setStage(() => TextStage), () => setFailed(true))
  }, [])
  if (hasFailed) return <NoPreview file={props.file} reason={text.previewFailed} />
  return Stage ? <Stage {...props} /> : <Loading />
}

/** For files that browsers cannot show. */
export const NoPreview = ({ file, reason = text.noPreview }: { file: FileResource; reason?: string }): JSX.Element => (
  <div class="nopreview">
    <FileIcon kind={kindOf(file)} size={96} />
    <p>{reason}</p>
    <Button icon={IconDownload} onClick={() => void download([file], file.attributes.name)}>{text.download}</Button>
  </div>
)
