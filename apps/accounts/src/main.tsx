import { AppShell, Loaded, Skeleton, go, match, notifyError, route, startApp } from '@cozy-apps/ui'
import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { AccountList } from './AccountList.tsx'
import { AccountView } from './AccountView.tsx'
import { ConnectorView } from './ConnectorView.tsx'
import { start, useKnown, type Known } from './data.ts'
import { texts } from './texts.ts'
import './accounts.css'

/** What a service says that the owner comes back from. */
interface Return {
  /** The connector that the owner was sent for. */
  readonly slug: string
  readonly account: string | undefined
}

function takeReturn(): Return | undefined {
  const query = new URLSearchParams(location.search)
  const [slug, account] = [query.get('state'), query.get('account')]
  if (!slug || (!account && !query.has('error'))) return undefined
  // A reload of the page is no second return.
  history.replaceState(null, '', location.pathname + location.hash)
  return { slug, account: account ?? undefined }
}

const returned = takeReturn()

/** The owner's accounts at other services, and the connectors that fetch from there. */
function Accounts(): JSX.Element {
  const known = useKnown()
  const place = route.value
  useEffect(() => scrollTo(0, 0), [place])
  useReturn(known.data)
  // Other apps lead here with the account or the connector they mean in the query.
  const asked = new URLSearchParams(place.split('?')[1])
  const account = match('/account/:id', place)?.id ?? asked.get('account') ?? asked.get('accountId') ?? undefined
  const slug = match('/connector/:slug', place)?.slug ?? asked.get('konnector') ?? asked.get('slug') ?? undefined
  return (
    <AppShell>
      <div class="page">
        <Loaded query={known} loading={<Skeleton count={4} class="account-ghost" />}>
          {all => account !== undefined
            ? <AccountView key={account} connection={all.connections.find(one => one.account._id === account)} />
            : slug !== undefined
              ? <ConnectorView connector={all.connectors.find(({ attributes }) => attributes.slug === slug)} slug={slug} />
              : <AccountList known={all} />}
        </Loaded>
      </div>
    </AppShell>
  )
}

/** Has the connector run for the account that the owner has just let it in to. */
function useReturn(known: Known | undefined): void {
  const [isTaken, setTaken] = useState(returned === undefined)
  useEffect(() => {
    if (isTaken || !known || !returned) return
    setTaken(true)
    const { slug, account } = returned
    const connector = known.connectors.find(({ attributes }) => attributes.slug === slug)
    if (!account) {
      notifyError(texts.refused(connector?.attributes.name ?? slug))
      return
    }
    go(`/account/${encodeURIComponent(account)}`, true)
    // An account that was there already has what runs it.
    const isNew = !known.connections.some(one => one.account._id === account && one.trigger)
    if (connector && isNew) void start(connector, account).catch(notifyError)
  }, [known, isTaken])
}

startApp(<Accounts />, texts.name)
