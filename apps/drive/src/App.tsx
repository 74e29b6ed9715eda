import { useEffect, useMemo, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { AppShell, rootFolder, route, type FileResource } from '@cozy-apps/ui'
import { AccessContext, ownerAccess } from './data/access.ts'
import { readLinks } from './data/links.ts'
import { favoritesSource, folderSource, recentSource, searchSource, sharedSource, trashSource, type Source } from './data/sources.ts'
import { useContent } from './data/useContent.ts'
import { Dialogs } from './dialogs/dialogs.tsx'
import { BottomNav, SideNav } from './frame/Nav.tsx'
import { SearchBox } from './frame/SearchBox.tsx'
import { PlaceView, titleOf } from './frame/PlaceView.tsx'
import { useSorted } from './frame/useSorted.ts'
import { useViewed } from './frame/useViewed.ts'
import { whereOf, type Where } from './places.ts'
import { text } from './text.ts'
import { UploadPanel } from './upload/UploadPanel.tsx'
import { Viewer } from './view/Viewer.tsx'

function sourceOf(where: Where): Source {
  switch (where.name) {
    case 'recent': return recentSource
    case 'favorites': return favoritesSource
    case 'sharings': return sharedSource
    case 'trash': return trashSource
    case 'search': return searchSource(where.question!)
    case 'folder': return folderSource(where.id ?? rootFolder)
  }
}

/** The files of the owner. */
export function App(): JSX.Element {
  const where = whereOf(route.value)
  const source = useMemo(() => sourceOf(where), [where.name, where.id, where.question])
  const place = useContent(source)
  const files = useSorted(place, where)
  const [home, setHome] = useState<FileResource>()
  const { close, show } = useViewed(where)

  useEffect(() => {
    // Which files are shared is a mark in the list; without it the list is as good.
    readLinks().catch(() => undefined)
  }, [])
  useEffect(() => {
    if (place.folder?.id === rootFolder) setHome(place.folder)
  }, [place.folder])
  useEffect(() => scrollTo(0, 0), [source])
  const title = titleOf(where, place.folder)
  useEffect(() => {
    document.title = title === text.files ? title : `${title} · ${text.files}`
  }, [title])

  return (
    <AccessContext.Provider value={ownerAccess}>
      <AppShell bar={<SearchBox where={where} />}>
        <div class="layout">
          <SideNav where={where} folder={targetOf(where, place.folder, home)} />
          <PlaceView key={`${where.name} ${where.id ?? ''}`} where={where} place={place} files={files} />
        </div>
        <BottomNav where={where} />
        <UploadPanel />
      </AppShell>
      {where.file !== undefined && (
        <Viewer id={where.file} files={files ?? []} isEditing={where.isEditing ?? false} isTrash={where.name === 'trash'} onClose={close} onShow={show} />
      )}
      <Dialogs />
    </AccessContext.Provider>
  )
}

/** Where what is new goes: the folder that is shown, or the topmost. */
function targetOf(where: Where, folder: FileResource | undefined, home: FileResource | undefined): FileResource {
  const shown = where.name === 'folder' && folder && !folder.attributes.path?.startsWith('/.cozy_trash') ? folder : home
  return shown ?? { id: rootFolder, type: 'io.cozy.files', attributes: { type: 'directory', name: '', dir_id: '', path: '/', created_at: '', updated_at: '' } }
}
