import { Loaded, Skeleton, appUrl, fileIcon, filesDoctype, findFiles, formatWhen, instanceUrl, useQuery, type FileResource } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { fileUrl } from './files.ts'
import { texts } from './texts.ts'
import { WidgetCard } from './WidgetCard.tsx'

const most = 6

const readRecent = (signal: AbortSignal): Promise<readonly FileResource[]> => findFiles({
  selector: { type: 'file', trashed: false, updated_at: { $gt: null } },
  sort: [{ type: 'desc' }, { trashed: 'desc' }, { updated_at: 'desc' }],
  limit: most,
}, signal)

/** The files that changed last. */
export function RecentFiles(): JSX.Element {
  const recent = useQuery(readRecent, [], [filesDoctype])
  return (
    <WidgetCard title={texts.recent} link={{ href: appUrl('drive'), label: texts.allFiles }}>
      <Loaded query={recent} loading={<Skeleton count={4} class="row__ghost" />}>
        {files => files.length === 0
          ? <p class="soft">{texts.noRecent}</p>
          : <ul class="rows">{files.map(file => <li key={file.id}><RecentFile file={file} /></li>)}</ul>}
      </Loaded>
    </WidgetCard>
  )
}

function RecentFile({ file }: { file: FileResource }): JSX.Element {
  const Icon = fileIcon(file.attributes)
  const thumbnail = file.links?.tiny ?? file.links?.small
  return (
    <a class="row" href={fileUrl(file)}>
      <span class="row__picture">{thumbnail ? <img src={instanceUrl(thumbnail)} alt="" loading="lazy" /> : <Icon size={22} />}</span>
      <span class="clip">{file.attributes.name}</span>
      <span class="soft small row__end">{formatWhen(file.attributes.updated_at)}</span>
    </a>
  )
}
