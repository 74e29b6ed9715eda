import type { ComponentChildren, JSX } from 'preact'
import { Dialog, formatMoment, formatSize, useQuery, type FileResource } from '@cozy-apps/ui'
import { Thumb } from '../browse/Thumb.tsx'
import { useAccess } from '../data/access.ts'
import { useAncestors } from '../data/ancestors.ts'
import { isFolder, kindOf, sizeOf } from '../data/model.ts'
import { folderSize } from '../data/sources.ts'
import { text } from '../text.ts'

/** What is known of a file. */
export function DetailsDialog({ file, onClose }: { file: FileResource; onClose: () => void }): JSX.Element {
  const { isOwner } = useAccess()
  const { attributes } = file
  const { metadata } = attributes
  return (
    <Dialog title={attributes.name} onClose={onClose}>
      <div class="details__picture"><Thumb file={file} size="small" iconSize={72} /></div>
      <dl class="facts">
        <Fact name={text.type}>{text.kinds[kindOf(file)]}{attributes.mime && <span class="soft"> · {attributes.mime}</span>}</Fact>
        <Fact name={text.size}>{isFolder(file) ? <FolderSize id={file.id} /> : formatSize(sizeOf(file) ?? 0)}</Fact>
        {typeof metadata?.width === 'number' && <Fact name={text.dimensions}>{`${metadata.width} × ${String(metadata.height)}`}</Fact>}
        {typeof metadata?.datetime === 'string' && kindOf(file) === 'image' && <Fact name={text.taken}>{formatMoment(metadata.datetime)}</Fact>}
        <Fact name={text.changed}>{formatMoment(attributes.updated_at)}</Fact>
        {attributes.created_at && <Fact name={text.created}>{formatMoment(attributes.created_at)}</Fact>}
        {isOwner && <Fact name={text.location}><Location file={file} /></Fact>}
      </dl>
    </Dialog>
  )
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }): JSX.Element => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

function FolderSize({ id }: { id: string }): JSX.Element {
  const size = useQuery(signal => folderSize(id, signal), [id])
  return <>{size.data === undefined ? '…' : formatSize(size.data)}</>
}

function Location({ file }: { file: FileResource }): JSX.Element {
  const above = useAncestors(file)
  return <>{above.map(folder => folder.attributes.name || text.files).join(' / ') || '…'}</>
}
