import { useMemo, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import {
  Button, ButtonLink, DropArea, EmptyState, ErrorState, IconClock, IconFolder, IconLink, IconSearch, IconStar, IconTrash, isNotFound, rootFolder, Skeleton, useSelection,
  type FileResource, type IconType,
} from '@cozy-apps/ui'
import { FileBrowser } from '../browse/FileBrowser.tsx'
import { NewMenu } from '../browse/NewMenu.tsx'
import { ColumnHeads, SelectionBar, ShapeButton, SortMenu } from '../browse/Toolbar.tsx'
import { shape } from '../browse/viewing.ts'
import type { CommandContext } from '../browse/commands.tsx'
import { useAccess } from '../data/access.ts'
import { isFolder } from '../data/model.ts'
import type { Place } from '../data/useContent.ts'
import { confirmEmptyTrash } from '../dialogs/confirm.tsx'
import { routeTo, type Where } from '../places.ts'
import { text } from '../text.ts'
import { upload } from '../upload/queue.ts'
import { Path } from './Path.tsx'
import { StorageBar } from './StorageBar.tsx'

export interface PlaceViewProps {
  readonly where: Where
  readonly place: Place
  /** Sorted; undefined as long as none are known. */
  readonly files: readonly FileResource[] | undefined
  /** The topmost folder one may see. */
  readonly top?: string
  /** Stands at the end of the head. */
  readonly tools?: ComponentChildren
}

const noFiles: readonly FileResource[] = []

/** A place: its head, its files, and what takes their place when there are none. */
export function PlaceView({ where, place, files, top = rootFolder, tools }: PlaceViewProps): JSX.Element {
  const access = useAccess()
  const [renaming, setRenaming] = useState<string>()
  const { folder } = place
  const isTrash = where.name === 'trash' || (folder?.attributes.path?.startsWith('/.cozy_trash') ?? false)
  const ids = useMemo(() => (files ?? noFiles).map(file => file.id), [files])
  const selection = useSelection(ids)
  const isMixed = where.name !== 'folder' && where.name !== 'trash'
  const context: CommandContext = { access, isTrash, isMixed, onRename: file => setRenaming(file.id) }
  const canAdd = access.canAdd && !isTrash && where.name === 'folder' && folder !== undefined
  const isEmpty = files?.length === 0 && place.isComplete
  const hrefOf = (file: FileResource): string => (isFolder(file) ? access.folderHref(file.id) : `#${routeTo(where, file.id)}`)

  return (
    <div class="place">
      <DropArea disabled={!canAdd} label={text.dropHere(folder?.attributes.name || text.files)} onDrop={dropped => upload(dropped, folder!)}>
        {selection.ids.size > 0
          ? <div class="place__head"><h1 class="visually-hidden">{titleOf(where, folder)}</h1><SelectionBar files={files ?? noFiles} selection={selection} context={context} /></div>
          : (
            <div class="place__head">
              <Path where={where} folder={folder} top={top} />
              <div class="place__tools">
                {tools}
                {isTrash && where.name === 'trash' && !isEmpty && <Button small icon={IconTrash} onClick={() => confirmEmptyTrash(place.reload)}>{text.emptyTrash}</Button>}
                {where.name !== 'recent' && <SortMenu />}
                <ShapeButton />
              </div>
            </div>
          )}
        {isTrash && !isEmpty && <p class="place__note soft small">{where.name === 'trash' ? text.trashNote : text.inTrash}</p>}
        {body()}
        {where.name === 'folder' && folder?.id === rootFolder && access.isOwner && <div class="place__storage"><StorageBar /></div>}
        {canAdd && folder && <NewMenu folder={folder} align="end" class="place__add" />}
      </DropArea>
    </div>
  )

  function body(): JSX.Element {
    if (!files) return place.error === undefined ? <div class="place__loading"><Skeleton count={6} class="place__skeleton" /></div> : <Failure where={where} place={place} />
    if (isEmpty) return <Emptiness where={where} isGuest={!access.isOwner} canAdd={canAdd} />
    return (
      <>
        {shape.value === 'list' && <ColumnHeads canSort={where.name !== 'recent'} />}
        <FileBrowser files={files} label={titleOf(where, folder)} selection={selection} context={context} hrefOf={hrefOf} renaming={renaming} onRename={setRenaming} />
      </>
    )
  }
}

/** What a place is called. */
export function titleOf(where: Where, folder: FileResource | undefined): string {
  switch (where.name) {
    case 'folder': return folder?.attributes.name || text.files
    case 'search': return text.searchFor(where.question!)
    case 'sharings': return text.sharingsLong
    default: return text[where.name]
  }
}

const empties: Readonly<Record<Where['name'], readonly [IconType, string, string]>> = {
  folder: [IconFolder, text.emptyFolder, text.emptyFolderText],
  recent: [IconClock, text.emptyRecent, text.emptyRecentText],
  favorites: [IconStar, text.emptyFavorites, text.emptyFavoritesText],
  sharings: [IconLink, text.emptySharings, text.emptySharingsText],
  trash: [IconTrash, text.emptyTrashTitle, text.emptyTrashText],
  search: [IconSearch, text.emptySearch, text.emptySearchText],
}

function Emptiness({ where, isGuest, canAdd }: { where: Where; isGuest: boolean; canAdd: boolean }): JSX.Element {
  const [icon, title, hint] = empties[where.name]
  if (where.name === 'folder' && !canAdd) return <EmptyState icon={icon} title={isGuest ? text.emptyGuest : title} />
  return <EmptyState icon={icon} title={title}>{hint}</EmptyState>
}

function Failure({ where, place }: { where: Where; place: Place }): JSX.Element {
  const { isOwner, folderHref } = useAccess()
  if (where.name !== 'folder' || !isNotFound(place.error)) return <ErrorState error={place.error} onRetry={place.reload} />
  return (
    <EmptyState icon={IconFolder} title={text.gone}>
      <p>{text.goneText}</p>
      {isOwner && <ButtonLink href={folderHref(rootFolder)}>{text.toFiles}</ButtonLink>}
    </EmptyState>
  )
}
