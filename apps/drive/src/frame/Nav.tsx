import type { JSX } from 'preact'
import { IconClock, IconFolder, IconLink, IconStar, IconTrash, rootFolder, type FileResource, type IconType } from '@cozy-apps/ui'
import { NewMenu } from '../browse/NewMenu.tsx'
import { text } from '../text.ts'
import type { Where } from '../places.ts'
import { StorageBar } from './StorageBar.tsx'

interface Entry {
  readonly name: Where['name']
  readonly href: string
  readonly label: string
  readonly icon: IconType
}

const entries: readonly Entry[] = [
  { name: 'folder', href: `#/folder/${rootFolder}`, label: text.files, icon: IconFolder },
  { name: 'recent', href: '#/recent', label: text.recent, icon: IconClock },
  { name: 'favorites', href: '#/favorites', label: text.favorites, icon: IconStar },
  { name: 'sharings', href: '#/sharings', label: text.sharings, icon: IconLink },
  { name: 'trash', href: '#/trash', label: text.trash, icon: IconTrash },
]

const Links = ({ where }: { where: Where }): JSX.Element => (
  <ul>
    {entries.map(({ name, href, label, icon: Icon }) => (
      <li key={name}>
        <a href={href} aria-current={where.name === name ? 'page' : undefined}><Icon size={22} /><span>{label}</span></a>
      </li>
    ))}
  </ul>
)

/** The places, beside the files on wide screens. */
export const SideNav = ({ where, folder }: { where: Where; folder: FileResource }): JSX.Element => (
  <aside class="side">
    <NewMenu folder={folder} class="side__new" />
    <nav aria-label={text.places} class="side__places"><Links where={where} /></nav>
    <StorageBar />
  </aside>
)

/** The places, below the files on narrow screens. */
export const BottomNav = ({ where }: { where: Where }): JSX.Element => (
  <nav class="bottom" aria-label={text.places}><Links where={where} /></nav>
)
