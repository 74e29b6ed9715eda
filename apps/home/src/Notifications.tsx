import { EmptyState, IconBell, IconButton, Loaded, Popup, appUrl, findDocuments, formatMoment, formatWhen, useQuery, type Document, type Query } from '@cozy-apps/ui'
import { useEffect, useRef, useState } from 'preact/hooks'
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
  readonly category?: string
  /** False when what there was to tell is over. */
  readonly state?: unknown
  readonly created_at: string
}

type Kept = Notification & Document

const readNotifications = async (signal: AbortSignal): Promise<Kept[]> => (await findDocuments<Notification>(
  doctype, { selector: { created_at: { $gt: null } }, sort: [{ created_at: 'desc' }], limit: most }, signal)).filter(({ state }) => state !== false)

/** What the owner is told, new or seen; a dot as long as something is new, and new ones are read out as they come. */
export function Notifications({ settings }: { settings: Query<HomeSettings> }): JSX.Element {
  const notifications = useQuery(readNotifications, [], [doctype])
  const seen = settings.data?.notificationsSeenAt ?? ''
  const fresh = settings.data ? (notifications.data ?? []).filter(one => one.created_at > seen).length : 0
  // What was new when the list was opened is marked as such as long as it is open.
  const [seenBefore, setSeenBefore] = useState(seen)
  const look = (): void => {
    setSeenBefore(seen)
    const latest = notifications.data?.[0]?.created_at
    if (latest && latest > seen) void changeHomeSettings(settings, { notificationsSeenAt: latest }).catch(() => undefined)
  }
  return (
    <>
      <Arrival latest={notifications.data?.[0]} isKnown={notifications.data !== undefined} />
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
        <div class="notifications" tabIndex={0} role="group" aria-label={texts.notifications}>
          <Loaded query={notifications}>
            {all => all.length === 0
              ? <EmptyState icon={IconBell} title={texts.noNotifications}>{texts.noNotificationsText}</EmptyState>
              : <ul>{all.map(one => <li key={one._id}><Entry notification={one} isNew={one.created_at > seenBefore} /></li>)}</ul>}
          </Loaded>
        </div>
      </Popup>
    </>
  )
}

/** Tells screen readers of what comes while the page is open. */
function Arrival({ latest, isKnown }: { latest: Kept | undefined; isKnown: boolean }): JSX.Element {
  const known = useRef<string | undefined>(undefined)
  const [text, setText] = useState('')
  useEffect(() => {
    if (!isKnown) return
    const id = latest?._id ?? ''
    if (known.current !== undefined && known.current !== id && latest) setText(texts.arrived(latest.title ?? ''))
    known.current = id
  }, [latest?._id, isKnown])
  return <span class="visually-hidden" role="status">{text}</span>
}

/** Where a notification leads: to who sent it, or to where one can do something about it. */
function placeOf({ slug, originator, category }: Kept): string | undefined {
  if (originator === 'stack') return category === 'disk-quota' ? appUrl('settings') : undefined
  if (!slug) return undefined
  return originator === 'konnector' ? appUrl('accounts', `/connector/${slug}`) : originator === 'app' ? appUrl(slug) : undefined
}

function Entry({ notification, isNew }: { notification: Kept; isNew: boolean }): JSX.Element {
  const { title, message, slug, created_at } = notification
  const content = (
    <>
      <strong>{isNew && <span class="badge">{texts.new}</span>} {title || slug}</strong>
      {message && <span>{message}</span>}
      <span class="soft small" title={formatMoment(created_at)}>{formatWhen(created_at)}</span>
    </>
  )
  const place = placeOf(notification)
  return place ? <a class="notification" href={place}>{content}</a> : <div class="notification">{content}</div>
}
