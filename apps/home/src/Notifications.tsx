import { EmptyState, IconBell, IconButton, Loaded, Popup, appUrl, findDocuments, formatWhen, useQuery, type Document, type Query } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { changeHomeSettings, type HomeSettings } from './homeSettings.ts'
import { texts } from './texts.ts'

const doctype = 'io.cozy.notifications'
const most = 30

interface Notification {
  readonly title?: string
  readonly message?: string
  readonly slug?: string
  readonly originator?: string
  readonly created_at: string
}

type Kept = Notification & Document

const readNotifications = (signal: AbortSignal): Promise<Kept[]> => findDocuments<Notification>(
  doctype, { selector: { created_at: { $gt: null } }, sort: [{ created_at: 'desc' }], limit: most }, signal)

/** What apps have told the owner; a dot as long as something is new. */
export function Notifications({ settings }: { settings: Query<HomeSettings> }): JSX.Element {
  const notifications = useQuery(readNotifications, [], [doctype])
  const seen = settings.data?.notificationsSeenAt ?? ''
  const fresh = settings.data ? (notifications.data ?? []).filter(one => one.created_at > seen).length : 0
  const look = (): void => {
    const latest = notifications.data?.[0]?.created_at
    if (latest && latest > seen) void changeHomeSettings(settings, { notificationsSeenAt: latest }).catch(() => undefined)
  }
  return (
    <Popup
      label={texts.notifications}
      button={props => (
        <span class={fresh > 0 ? 'bell bell--new' : 'bell'}>
          <IconButton
            icon={IconBell}
            label={fresh > 0 ? texts.news(fresh) : texts.notifications}
            {...props}
            onClick={() => { props.onClick(); if (!props['aria-expanded']) look() }}
          />
        </span>
      )}
    >
      <div class="notifications">
        <Loaded query={notifications}>
          {all => all.length === 0
            ? <EmptyState icon={IconBell} title={texts.noNotifications}>{texts.noNotificationsText}</EmptyState>
            : <ul>{all.map(one => <li key={one._id}><Entry notification={one} /></li>)}</ul>}
        </Loaded>
      </div>
    </Popup>
  )
}

function Entry({ notification: { title, message, slug, originator, created_at } }: { notification: Kept }): JSX.Element {
  const content = (
    <>
      <strong>{title || slug}</strong>
      {message && <span>{message}</span>}
      <span class="soft small">{formatWhen(created_at)}</span>
    </>
  )
  return slug && originator === 'app' ? <a class="notification" href={appUrl(slug)}>{content}</a> : <div class="notification">{content}</div>
}
