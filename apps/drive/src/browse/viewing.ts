import { signal } from '@preact/signals'
import type { Sorting } from '../data/sorting.ts'

export type Shape = 'list' | 'grid'

const storageKey = 'drive.viewing'

interface Viewing {
  readonly shape: Shape
  readonly sorting: Sorting
}

function read(): Viewing {
  const usual: Viewing = { shape: 'list', sorting: { field: 'name', isDescending: false } }
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Viewing>) }
  } catch {
    return usual
  }
}

const remembered = read()

/** How files are shown; remembered on this device. */
export const shape = signal<Shape>(remembered.shape)

/** How folders are sorted; remembered on this device. */
export const sorting = signal<Sorting>(remembered.sorting)

function remember(): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ shape: shape.value, sorting: sorting.value }))
  } catch {
    // Private windows may keep nothing.
  }
}

export function chooseShape(next: Shape): void {
  shape.value = next
  remember()
}

export function chooseSorting(next: Sorting): void {
  sorting.value = next
  remember()
}
