import { Button, EmptyState, IconSearch, IconStore, Skeleton, go } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { categoryOf, developerOf, hasFailed, isAtWork, isReady, nameOf, updateOf, wordsOf, type Entry } from './catalogue.ts'
import { EntryIcon } from './EntryIcon.tsx'
import { stepOf } from './operations.ts'
import { texts } from './texts.ts'

/** Apps as cards, by category. */
export function Discover({ entries, isSearching }: { entries: readonly Entry[]; isSearching: boolean }): JSX.Element {
  const [category, setCategory] = useState('')
  const categories = [...new Set(entries.map(categoryOf))].sort()
  const shown = category && categories.includes(category) ? entries.filter(entry => categoryOf(entry) === category) : entries
  if (entries.length === 0 && isSearching)
    return <EmptyState icon={IconSearch} title={texts.none}>{texts.noneText}</EmptyState>
  if (entries.length === 0)
    return <EmptyState icon={IconStore} title={texts.noCatalogue}>{texts.noCatalogueText}</EmptyState>
  return (
    <>
      {categories.length > 1 && (
        <div class="chips" role="group" aria-label={texts.category}>
          {['', ...categories].map(name => (
            <button key={name} type="button" class="chip" aria-pressed={name === category} onClick={() => setCategory(name)}>
              {name ? (texts.categories[name] ?? name) : texts.all}
            </button>
          ))}
        </div>
      )}
      <Cards entries={shown} />
    </>
  )
}

/** What is installed. */
export const Mine = ({ entries, isSearching }: { entries: readonly Entry[]; isSearching: boolean }): JSX.Element => {
  const installed = entries.filter(entry => entry.installed)
  if (installed.length > 0) return <Cards entries={installed} />
  return (
    <EmptyState icon={IconStore} title={isSearching ? texts.none : texts.noMine}>
      <Button onClick={() => go('/discover')}>{texts.showAll}</Button>
    </EmptyState>
  )
}

export const CardsGhost = (): JSX.Element => <div class="cards"><Skeleton count={6} class="card-ghost" /></div>

const Cards = ({ entries }: { entries: readonly Entry[] }): JSX.Element => (
  <ul class="cards" aria-label={texts.count(entries.length)}>
    {entries.map(entry => <li key={`${entry.kind} ${entry.slug}`}><Card entry={entry} /></li>)}
  </ul>
)

function Card({ entry }: { entry: Entry }): JSX.Element {
  return (
    <a class="app-card card" href={`#/discover/${entry.slug}`}>
      <EntryIcon entry={entry} size={56} />
      <div class="app-card__text">
        <h2>{nameOf(entry)}</h2>
        <p class="soft small clip">{texts.by(developerOf(entry))}</p>
      </div>
      <StateBadge entry={entry} />
      <p class="app-card__about">{wordsOf(entry.manifest).short_description}</p>
    </a>
  )
}

/** How an app stands, in a word. */
export function StateBadge({ entry }: { entry: Entry }): JSX.Element | null {
  if (stepOf(entry) || isAtWork(entry)) return <span class="badge">{texts.working}</span>
  if (hasFailed(entry)) return <span class="badge badge--bad">{texts.broken}</span>
  if (updateOf(entry)) return <span class="badge">{texts.updateWaits}</span>
  return isReady(entry) ? <span class="badge badge--good">{texts.installed}</span> : null
}
