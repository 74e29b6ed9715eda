import { compareNames, type FileResource } from '@cozy-apps/ui'
import { isFolder, kindOf, sizeOf } from './model.ts'

export type SortField = 'name' | 'date' | 'size' | 'kind'

export interface Sorting {
  readonly field: SortField
  readonly isDescending: boolean
}

type Compare = (left: FileResource, right: FileResource) => number

const byName: Compare = (left, right) => compareNames(left.attributes.name, right.attributes.name)
const dateOf = (file: FileResource): string => file.attributes.updated_at ?? ''

const fields: Readonly<Record<SortField, Compare>> = {
  name: byName,
  date: (left, right) => (dateOf(left) < dateOf(right) ? -1 : dateOf(left) > dateOf(right) ? 1 : 0),
  size: (left, right) => (sizeOf(left) ?? 0) - (sizeOf(right) ?? 0),
  kind: (left, right) => compareNames(kindOf(left), kindOf(right)),
}

/** Sorted as wanted, folders first, and what is alike by name. */
export function sortFiles(files: readonly FileResource[], { field, isDescending }: Sorting): FileResource[] {
  const compare = fields[field]
  const sign = isDescending ? -1 : 1
  return [...files].sort((left, right) =>
    Number(isFolder(right)) - Number(isFolder(left)) || sign * compare(left, right) || byName(left, right))
}

/** What a click on a column's head means: this column, or the other way round. */
export const nextSorting = (now: Sorting, field: SortField): Sorting =>
  now.field === field ? { field, isDescending: !now.isDescending } : { field, isDescending: field === 'date' || field === 'size' }
