import { Button, IconHistory, Loaded, callJson, formatWhen, notify, notifyError, useQuery, type Many, type One, type Resource } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

interface BrowserSession {
  readonly browser: string
  readonly os: string
  readonly ip?: string
  readonly last_seen: string
}

interface Sessions {
  readonly current: string | undefined
  readonly all: readonly Resource<BrowserSession>[]
}

async function readSessions(signal: AbortSignal): Promise<Sessions> {
  const [all, current] = await Promise.all([
    callJson<Many<BrowserSession>>('GET', '/settings/sessions', { signal }),
    callJson<One<BrowserSession>>('GET', '/settings/sessions/current', { signal }).catch(() => undefined),
  ])
  const id = current?.data.id
  const byUse = (left: Resource<BrowserSession>, right: Resource<BrowserSession>): number =>
    Number(right.id === id) - Number(left.id === id) || (left.attributes.last_seen < right.attributes.last_seen ? 1 : -1)
  return { current: id, all: [...all.data].sort(byUse) }
}

/** Where the owner is logged in. */
export function SessionList(): JSX.Element {
  const sessions = useQuery(readSessions, [], ['io.cozy.sessions'])
  const [isBusy, setBusy] = useState(false)
  const logOutOthers = async (): Promise<void> => {
    setBusy(true)
    try {
      await callJson('DELETE', '/auth/login/others')
      notify(texts.loggedOutOthers)
      sessions.reload()
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Part id="sessions" title={texts.sessions} icon={IconHistory}>
      <Loaded query={sessions}>
        {({ current, all }) => (
          <>
            <ul class="entries">
              {all.map(({ id, attributes }) => (
                <li key={id}>
                  <div>
                    <strong>{texts.browserOn(attributes.browser, attributes.os)}</strong>
                    <p class="soft small">{[texts.lastSeen(formatWhen(attributes.last_seen)), attributes.ip].filter(Boolean).join(' · ')}</p>
                  </div>
                  {id === current && <span class="badge badge--good">{texts.thisBrowser}</span>}
                </li>
              ))}
            </ul>
            {all.length > 1
              ? <div><Button busy={isBusy} onClick={() => void logOutOthers()}>{texts.logOutOthers}</Button></div>
              : <p class="soft">{texts.onlyHere}</p>}
          </>
        )}
      </Loaded>
    </Part>
  )
}
