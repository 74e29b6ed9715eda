import type { JSX } from 'preact'
import { Breadcrumb, IconArrowLeft, rootFolder, type FileResource } from '@cozy-apps/ui'
import { useAccess } from '../data/access.ts'
import { useAncestors } from '../data/ancestors.ts'
import { text } from '../text.ts'
import type { Where } from '../places.ts'
import { titleOf } from './PlaceView.tsx'

/** Where one is, and the way up. */
export function Path({ where, folder, top }: { where: Where; folder: FileResource | undefined; top: string }): JSX.Element {
  const { folderHref } = useAccess()
  const above = useAncestors(where.name === 'folder' ? folder : undefined, top)
  const isInTrash = folder?.attributes.path?.startsWith('/.cozy_trash/') ?? false
  const nameOf = (one: FileResource): string => one.id === rootFolder ? text.files : one.attributes.name
  const crumbs = [
    ...(isInTrash && where.name === 'folder' ? [{ label: text.trash, href: '#/trash' }] : []),
    ...above.filter(one => !(isInTrash && one.attributes.dir_id === rootFolder)).map(one => ({ label: nameOf(one), href: folderHref(one.id) })),
    { label: titleOf(where, folder), href: '#' },
  ]
  const up = crumbs.at(-2)
  return (
    <div class="path">
      {up && <a class="path__up icon-button" href={up.href} aria-label={text.upTo(up.label)}><IconArrowLeft size={22} /></a>}
      <Breadcrumb crumbs={crumbs} />
    </div>
  )
}
