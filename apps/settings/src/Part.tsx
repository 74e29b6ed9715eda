import { useId } from 'preact/hooks'
import type { IconType } from '@cozy-apps/ui'
import type { ComponentChildren, JSX } from 'preact'

/** A group of settings. */
export function Part({ title, icon: Icon, id, children }: { title: string; icon: IconType; id: string; children: ComponentChildren }): JSX.Element {
  const name = useId()
  return (
    <section class="part card" id={id} aria-labelledby={name}>
      <h2 id={name}><Icon size={22} /> {title}</h2>
      {children}
    </section>
  )
}
