import { match, rootFolder } from '@cozy-apps/ui'

/** Where one is. */
export interface Where {
  readonly name: 'folder' | 'recent' | 'favorites' | 'sharings' | 'trash' | 'search'
  /** The folder. */
  readonly id?: string
  /** The file that is shown above the place. */
  readonly file?: string
  /** What is searched for. */
  readonly question?: string
  /** Whether the file is to be edited at once. */
  readonly isEditing?: boolean
}

const named = ['recent', 'favorites', 'sharings', 'trash'] as const

/** Takes the part of the address behind `#` apart. */
export function whereOf(route: string): Where {
  const shown = match('/folder/:id/file/:file', route) ?? match('/folder/:id', route)
  if (shown) return { name: 'folder', ...shown, isEditing: route.endsWith('?edit') }
  const question = new URLSearchParams(route.split('?')[1]).get('q')
  const search = match('/search/file/:file', route) ?? match('/search', route)
  if (search && question) return { name: 'search', question, ...search }
  for (const name of named) {
    const found = match(`/${name}/file/:file`, route) ?? match(`/${name}`, route)
    if (found) return { name, ...found }
  }
  return { name: 'folder', id: rootFolder }
}

/** The address of a place, with a file above it or without. */
export function routeTo({ name, id, question }: Where, file?: string): string {
  const base = name === 'folder' ? `/folder/${encodeURIComponent(id ?? rootFolder)}` : `/${name}`
  return `${base}${file === undefined ? '' : `/file/${encodeURIComponent(file)}`}${question ? `?q=${encodeURIComponent(question)}` : ''}`
}
