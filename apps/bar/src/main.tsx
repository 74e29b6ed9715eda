import { render, type JSX } from 'preact'
import styles from '../../ui/src/styles/index.css?inline'
import barStyles from './bar.css?inline'
import { AppSwitcher, IconHome, OwnerMenu, Toasts, accents, appTitle, appUrl, common, getInstanceSettings, ownerName, session, useToken } from '@cozy-apps/ui'
import { Warning } from './Warning.tsx'

/** What the app said of itself. */
export interface BarOptions {
  readonly appName?: string
  readonly appNamePrefix?: string
  readonly isPublic?: boolean
  readonly onLogOut?: () => void
}

/** A bar that is in the page. */
export interface ShownBar {
  readonly useToken: (token: string) => void
  readonly remove: () => void
}

/** Draws the bar. Its styles and those of the app do not see each other. */
export function show(root: ShadowRoot, options: BarOptions): ShownBar {
  appTitle.value = [options.appNamePrefix, options.appName ?? session.app.name].filter(Boolean).join(' ')
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${forHost(styles)}${barStyles}`)
  root.adoptedStyleSheets = [sheet]
  render(<Bar isPublic={options.isPublic === true || session.token === ''} onLogOut={options.onLogOut} />, root)
  if (session.token !== '' && !options.isPublic) void followOwner(root.host as HTMLElement)
  return { useToken, remove: () => render(null, root) }
}

/** The design system's variables are those of the page's root; here they are the bar's. */
const forHost = (css: string): string => css.replace(/:root(\[[^\]]+\])?/g, (_, attribute?: string) => (attribute ? `:host(${attribute})` : ':host'))

function Bar({ isPublic, onLogOut }: { isPublic: boolean; onLogOut: (() => void) | undefined }): JSX.Element {
  return (
    <>
      <div class="bar">
        <slot name="left">
          {!isPublic && <a class="bar__home" href={appUrl('home')} aria-label={common.home} title={common.home}><IconHome size={20} /></a>}
        </slot>
        <slot name="center">
          {isPublic ? <span class="bar__name">{appTitle}</span> : <AppSwitcher withHome={false} />}
        </slot>
        <div class="bar__middle"><slot name="search" /></div>
        <slot name="right">{!isPublic && <OwnerMenu withTheme={false} onLogOut={onLogOut} />}</slot>
      </div>
      <Warning />
      <Toasts />
    </>
  )
}

/** The owner's name and colour. An app that may not know them has a bar without. */
async function followOwner(host: HTMLElement): Promise<void> {
  try {
    const { attributes } = await getInstanceSettings()
    ownerName.value = attributes.public_name ?? ''
    host.dataset.accent = accents.find(accent => accent === attributes.accent) ?? 'ember'
  } catch (error) {
    console.warn('cozy.bar: the owner is not known', error)
  }
}
