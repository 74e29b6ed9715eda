import type { JSX } from 'preact'
import { IconChevronRight } from '../icons/icons.tsx'
import { common } from '../text/common.ts'

export interface Crumb {
  readonly label: string
  readonly href: string
}

/** The way from the top to where one is. */
export const Breadcrumb = ({ crumbs }: { crumbs: readonly Crumb[] }): JSX.Element => (
  <nav class="breadcrumb" aria-label={common.location}>
    <ol>
      {crumbs.map(({ label, href }, place) => (
        <li key={href}>
          {place > 0 && <IconChevronRight size={16} />}
          {place === crumbs.length - 1 ? <h1 aria-current="page">{label}</h1> : <a href={href}>{label}</a>}
        </li>
      ))}
    </ol>
  </nav>
)
