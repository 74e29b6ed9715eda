import { render, type ComponentChildren } from 'preact'
import { appTitle } from './title.ts'
import { followOwner } from './theme.ts'
import './styles/index.css'

/** Puts an app into its page, in the owner's colours. */
export function startApp(app: ComponentChildren, name: string): void {
  appTitle.value = name
  document.title = name
  followOwner()
  render(app, document.querySelector('[data-cozy]')!)
}
