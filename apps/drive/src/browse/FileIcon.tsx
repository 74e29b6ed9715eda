import type { JSX } from 'preact'
import type { Kind } from '../data/model.ts'

/** The marks of sheets of paper, on a grid of 24. */
const marks: Readonly<Record<Exclude<Kind, 'folder'>, string>> = {
  image: 'm6.5 18 3.6-4.6 2.4 2.8 1.9-1.9 3.1 3.7zM15 10.2a1.3 1.3 0 1 0 .01 0',
  video: 'M9.6 11.2v6.6l5.6-3.3z',
  audio: 'M10.3 11.6l4.9-1v5.2m-4.9 1v-5.2m-1.5 4.4a1.6 1.3 0 1 0 .01 0m4.9-1a1.6 1.3 0 1 0 .01 0',
  pdf: 'M8 17.5c3.4-1.2 4.6-4.5 4-6.9-.5 3.6 1.6 5.6 4.2 5.1-2.9-.6-5.8.2-8.2 1.8',
  markdown: 'M7.5 17v-5l2.2 2.6L11.9 12v5m3.3-5v4.6m-1.6-1.6 1.6 1.8 1.6-1.8',
  text: 'M8 12h8M8 14.8h8M8 17.6h5',
  sheet: 'M7.8 11.6h8.4v6.4H7.8zM7.8 14.8h8.4m-5.2-3.2V18',
  slides: 'M7.5 11.6h9v5h-9zm4.5 5v1.8',
  document: 'M8 11.6h8M8 14.2h8M8 16.8h8',
  archive: 'M12 9v1.6m0 1v1.6m0 1v1m-1.2 0h2.4v2.6h-2.4z',
  other: '',
}

const filled: ReadonlySet<Kind> = new Set(['image', 'video'])

/** The picture of a kind of file: a sheet with a mark, or a folder. */
export function FileIcon({ kind, size = 32 }: { kind: Kind; size?: number }): JSX.Element {
  if (kind === 'folder')
    return (
      <svg class="kind kind--folder" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path class="kind__back" d="M2.5 7A2.3 2.3 0 0 1 4.8 4.7h3.9c.6 0 1.2.3 1.6.7l1.3 1.3h7.6A2.3 2.3 0 0 1 21.5 9v2h-19z" />
        <path class="kind__front" d="M2.5 11a1.8 1.8 0 0 1 1.8-1.8h15.4a1.8 1.8 0 0 1 1.8 1.8v6.2a2.3 2.3 0 0 1-2.3 2.3H4.8a2.3 2.3 0 0 1-2.3-2.3z" />
      </svg>
    )
  return (
    <svg class={`kind kind--${kind}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path class="kind__sheet" d="M4.5 4.3A2.3 2.3 0 0 1 6.8 2h7.1l5.6 5.6v12.1a2.3 2.3 0 0 1-2.3 2.3H6.8a2.3 2.3 0 0 1-2.3-2.3z" />
      <path class="kind__corner" d="M13.9 2v3.9a1.7 1.7 0 0 0 1.7 1.7h3.9z" />
      <path class={filled.has(kind) ? 'kind__mark kind__mark--filled' : 'kind__mark'} d={marks[kind]} />
    </svg>
  )
}
