import { useId } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'

/** The frame of a widget. */
export function WidgetCard({ title, link, children }: { title: string; link?: { href: string; label: string }; children: ComponentChildren }): JSX.Element {
  const id = useId()
  return (
    <section class="widget card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {link && <a class="small" href={link.href}>{link.label}</a>}
      </header>
      {children}
    </section>
  )
}
