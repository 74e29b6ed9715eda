import { AppShell, ErrorState, SearchField, go, match, route, startApp } from '@cozy-apps/ui'
import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { isConnector, search, updateOf, useCatalogue } from './catalogue.ts'
import { Details } from './Details.tsx'
import { InstallFrame } from './InstallFrame.tsx'
import { CardsGhost, Discover, Mine } from './List.tsx'
import { texts } from './texts.ts'
import './store.css'

/** The App Center: what there is, what one has, and everything about one app. */
function Store(): JSX.Element {
  const catalogue = useCatalogue()
  const [text, setText] = useState('')
  const place = route.value
  // Other apps lead here with the app they mean in the query.
  const asked = new URLSearchParams(place.split('?')[1]).get('slug') ?? undefined
  const slug = asked ?? match('/discover/:slug', place)?.slug ?? match('/discover/:slug/install', place)?.slug
  const isMine = place === '/myapps'
  const isOfConnectors = place === '/connectors'
  useEffect(() => scrollTo(0, 0), [place])

  const { registry, installed } = catalogue
  const isLoading = installed.isLoading || registry.isLoading
  const found = search(catalogue.entries, text)
  const hasConnectors = catalogue.entries.some(isConnector)
  const updates = catalogue.entries.filter(entry => updateOf(entry)).length
  const onSearch = (value: string): void => {
    setText(value)
    if (slug) go('/discover')
  }
  return (
    <AppShell bar={<SearchField label={texts.search} value={text} onInput={onSearch} />}>
      <div class="page">
        {slug
          ? isLoading ? <CardsGhost /> : <Details entry={catalogue.entries.find(entry => entry.slug === slug)} />
          : (
            <>
              <nav class="tabs">
                <a href="#/discover" aria-current={isMine || isOfConnectors ? undefined : 'page'}>{texts.discover}</a>
                {(hasConnectors || isOfConnectors) && <a href="#/connectors" aria-current={isOfConnectors ? 'page' : undefined}>{texts.connectors}</a>}
                <a href="#/myapps" aria-current={isMine ? 'page' : undefined}>
                  {texts.mine}{updates > 0 && <span class="badge">{updates}</span>}
                </a>
              </nav>
              <h1 class="visually-hidden">{isMine ? texts.mine : isOfConnectors ? texts.connectors : texts.discover}</h1>
              {isLoading && <CardsGhost />}
              {!isLoading && installed.error !== undefined && <ErrorState error={installed.error} onRetry={installed.reload} />}
              {!isLoading && installed.data && (isMine
                ? <Mine entries={found} isSearching={text !== ''} />
                : registry.error !== undefined
                  ? <ErrorState error={registry.error} onRetry={registry.reload} />
                  : <Discover key={place} entries={found.filter(entry => isConnector(entry) === isOfConnectors)} isSearching={text !== ''} />)}
            </>
          )}
      </div>
    </AppShell>
  )
}

const intent = new URLSearchParams(location.search).get('intent')
startApp(intent ? <InstallFrame intent={intent} /> : <Store />, texts.name)
