import { render, type ComponentChildren } from 'preact'
import { followOwner } from './theme.ts'
import './styles/index.css'

/** Puts an app into its page, in the owner's colours. */
export function startApp(app: ComponentChildren): void {
  followOwner()
  render(app, document.querySelector('[data-cozy]')!)
}
