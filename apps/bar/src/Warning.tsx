import type { JSX } from 'preact'
import { IconAlert } from '@cozy-apps/ui'

/** What the owner has to do first, as the server says in the page. */
export function Warning(): JSX.Element | null {
  const said = document.querySelector<HTMLMetaElement>('meta[name=user-action-required]')?.dataset
  if (!said?.title) return null
  const { title, detail, links } = said
  return (
    <p class="warning" role="alert">
      <IconAlert size={20} />
      <span>{links ? <a href={links}>{title}</a> : <strong>{title}</strong>} {detail}</span>
    </p>
  )
}
