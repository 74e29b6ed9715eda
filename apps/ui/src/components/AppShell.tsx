import { useEffect, useRef } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { session } from '../data/session.ts'
import { route } from '../router.ts'
import { common } from '../text/common.ts'
import { AppSwitcher } from './AppSwitcher.tsx'
import { OwnerMenu } from './OwnerMenu.tsx'
import { OfflineBanner } from './states.tsx'
import { Toasts } from './Toast.tsx'

export interface AppShellProps {
  /** What stands in the middle of the top bar: a search, a title. */
  readonly bar?: ComponentChildren
  /** What stands in the top bar before the owner's menu. */
  readonly tools?: ComponentChildren
  readonly children: ComponentChildren
  /** Behind everything. */
  readonly backdrop?: ComponentChildren
  /** Whether the top bar lets the backdrop through. */
  readonly clear?: boolean
}

/** The frame of every app: the top bar, the content, messages. A stranger on a public page has no menus. */
export function AppShell({ bar, tools, children, backdrop, clear }: AppShellProps): JSX.Element {
  useFocusOnArrival()
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>{common.skip}</a>
      {backdrop}
      <header class={`bar${clear ? ' bar--clear' : ''}`}>
        {session.isLoggedIn && <AppSwitcher />}
        <div class="bar__middle">{bar}</div>
        {tools}
        {session.isLoggedIn && <OwnerMenu />}
      </header>
      <OfflineBanner />
      <main id="content" tabIndex={-1}>{children}</main>
      <Toasts />
    </>
  )
}

/** Who comes to another place by a link that is no longer there would begin at the top of the page again. */
function useFocusOnArrival(): void {
  const place = route.value
  const last = useRef(place)
  useEffect(() => {
    if (last.current === place) return
    last.current = place
    if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true })
  }, [place])
}

// The hash is the app's own route.
function skipToContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
