import { useEffect, useMemo, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { AppShell, Button, EmptyState, ErrorState, IconDownload, IconLink, Loading, OfflineError, route, type FileResource } from '@cozy-apps/ui'
import { AccessContext, type Access } from '../data/access.ts'
import { download } from '../data/download.ts'
import { isFolder } from '../data/model.ts'
import { folderSource } from '../data/sources.ts'
import { useContent } from '../data/useContent.ts'
import { Dialogs } from '../dialogs/dialogs.tsx'
import { PlaceView } from '../frame/PlaceView.tsx'
import { useSorted } from '../frame/useSorted.ts'
import { useViewed } from '../frame/useViewed.ts'
import { whereOf, type Where } from '../places.ts'
import { text } from '../text.ts'
import { UploadPanel } from '../upload/UploadPanel.tsx'
import { FileStage } from '../view/FileStage.tsx'
import { Viewer } from '../view/Viewer.tsx'
import { readGrant, type Grant } from './grant.ts'

/** What is behind a link, for whoever has it. */
export function GuestApp(): JSX.Element {
  const [grant, setGrant] = useState<Grant>()
  const [error, setError] = useState<unknown>()
  const load = (): void => {
    setError(undefined)
    readGrant().then(setGrant, setError)
  }
  useEffect(load, [])
  const name = grant?.shared.attributes.name
  useEffect(() => {
    if (name) document.title = name
  }, [name])

  if (grant && isFolder(grant.shared)) return <SharedFolder grant={grant} />
  return (
    <AppShell bar={<h1 class="guest__title">{text.sharedWithYou}</h1>} tools={grant && <DownloadButton files={[grant.shared]} label={text.download} />}>
      {grant ? <SharedFile grant={grant} />
        : error === undefined ? <Loading />
        : error instanceof OfflineError ? <ErrorState error={error} onRetry={load} />
        : <EmptyState icon={IconLink} title={text.badLink}>{text.badLinkText}</EmptyState>}
    </AppShell>
  )
}

const DownloadButton = ({ files, label }: { files: readonly FileResource[]; label: string }): JSX.Element => (
  <Button small kind="main" class="guest__download" icon={IconDownload} onClick={() => void download(files, text.archiveName)}>{label}</Button>
)

function SharedFile({ grant }: { grant: Grant }): JSX.Element {
  const [file, setFile] = useState(grant.shared)
  const access: Access = { isOwner: false, canAdd: false, canChange: grant.canChange, folderHref: () => '#' }
  return (
    <AccessContext.Provider value={access}>
      <div class="guest__file">
        <h2 class="guest__name">{file.attributes.name}</h2>
        <div class="guest__stage"><FileStage file={file} onChanged={setFile} /></div>
      </div>
      <Dialogs />
    </AccessContext.Provider>
  )
}

function SharedFolder({ grant }: { grant: Grant }): JSX.Element {
  const top = grant.shared.id
  const asked = whereOf(route.value)
  const where: Where = asked.name === 'folder' && route.value.startsWith('/folder/') ? asked : { name: 'folder', id: top }
  const source = useMemo(() => folderSource(where.id!), [where.id])
  const place = useContent(source)
  const files = useSorted(place, where)
  const { close, show } = useViewed(where)
  const access: Access = { isOwner: false, canAdd: grant.canAdd, canChange: grant.canChange, folderHref: id => `#/folder/${id}` }
  return (
    <AccessContext.Provider value={access}>
      <AppShell bar={<span class="guest__title">{text.sharedWithYou}</span>} tools={<DownloadButton files={[place.folder ?? grant.shared]} label={text.downloadAll} />}>
        <div class="layout layout--guest">
          <PlaceView key={where.id} where={where} place={place} files={files} top={top} />
        </div>
        <UploadPanel />
      </AppShell>
      {where.file !== undefined && (
        <Viewer id={where.file} files={files ?? []} isEditing={false} isTrash={false} onClose={close} onShow={show} />
      )}
      <Dialogs />
    </AccessContext.Provider>
  )
}
