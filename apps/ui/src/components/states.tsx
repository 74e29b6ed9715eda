import type { ComponentChildren, JSX } from 'preact'
import { OfflineError } from '../data/errors.ts'
import type { Query } from '../data/query.ts'
import { isLive } from '../data/realtime.ts'
import { IconAlert, IconCloudOff, type IconType } from '../icons/icons.tsx'
import { common } from '../text/common.ts'
import { explain } from '../text/explain.ts'
import { Button } from './Button.tsx'
import { Loading } from './Spinner.tsx'

/** There is nothing, and what to do about it. */
export const EmptyState = ({ icon: Icon, title, children }: { icon?: IconType; title: string; children?: ComponentChildren }): JSX.Element => (
  <div class="state">
    {Icon && <span class="state__picture"><Icon size={36} /></span>}
    <p class="state__title">{title}</p>
    {children && <div class="state__text">{children}</div>}
  </div>
)

/** Something failed, and a way on. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }): JSX.Element {
  const isOffline = error instanceof OfflineError
  return (
    <div class="state" role="alert">
      <span class="state__picture">{isOffline ? <IconCloudOff size={36} /> : <IconAlert size={36} />}</span>
      <p class="state__title">{explain(error)}</p>
      {isOffline && <div class="state__text">{common.offlineText}</div>}
      {onRetry && <Button onClick={onRetry}>{common.retry}</Button>}
    </div>
  )
}

/** The three faces of something that is read: on its way, failed, there. */
export function Loaded<T>({ query, children, loading }: { query: Query<T>; children: (data: T) => ComponentChildren; loading?: ComponentChildren }): JSX.Element {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error !== undefined) return <ErrorState error={query.error} onRetry={query.reload} />
  return <>{loading ?? <Loading />}</>
}

/** Tells at the top of the page that the server is out of reach. */
export const OfflineBanner = (): JSX.Element => (
  <div class="offline" role="status">
    {!isLive.value && <span><IconCloudOff size={18} /> {common.offlineShort}</span>}
  </div>
)
