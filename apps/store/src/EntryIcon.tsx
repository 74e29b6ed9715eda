import { AppIcon, instanceUrl } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { isReady, nameOf, type Entry } from './catalogue.ts'

/** The icon of an app: of the installed one, or the catalogue's. */
export const EntryIcon = ({ entry, size }: { entry: Entry; size: number }): JSX.Element =>
  isReady(entry)
    ? <AppIcon app={entry.installed!} name={nameOf(entry)} size={size} />
    : <AppIcon src={instanceUrl(`/registry/${entry.slug}/icon`)} name={nameOf(entry)} size={size} />
