import {
  AppIcon, IconSearch, SearchField, appUrl, fileIcon, findFiles, foldText, formatWhen, type AppResource, type FileResource,
} from '@cozy-apps/ui'
import { useEffect, useId, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { nameOf, tilesOf } from './Apps.tsx'
import { fileUrl } from './files.ts'
import { texts } from './texts.ts'

const mostApps = 4
const mostFiles = 6
const quiet = 180

interface Result {
  readonly key: string
  readonly href: string
  readonly label: string
  readonly detail?: string
  readonly picture: JSX.Element
}

/** Finds apps while one types, and files a moment later. */
export function Search({ apps }: { apps: readonly AppResource[] }): JSX.Element {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const files = useFilesNamed(text)
  const list = useId()
  const results = text.trim() ? [...appResults(apps, text), ...(files ?? []).map(fileResult), ...elsewhere(apps, text)] : []

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && results.length > 0) {
      event.preventDefault()
      setActive((active + step + results.length) % results.length)
    } else if (event.key === 'Enter' && results[active]) location.assign(results[active].href)
  }

  return (
    <div class="home-search" role="search" onKeyDown={onKeyDown}>
      <SearchField
        label={texts.search}
        value={text}
        onInput={value => { setText(value); setActive(0) }}
        combobox={{ list, active: results[active] && `${list}-${active}`, isOpen: text.trim() !== '' }}
      />
      <span class="visually-hidden" role="status">{text.trim() && files ? texts.results(results.length) : ''}</span>
      {text.trim() && (
        <div class="results card" id={list} role="listbox" aria-label={texts.search}>
          {results.map((result, place) => (
            <a key={result.key} id={`${list}-${place}`} role="option" aria-selected={place === active} tabIndex={-1} href={result.href} onMouseEnter={() => setActive(place)}>
              {result.picture}
              <span class="clip">{result.label}</span>
              {result.detail && <span class="soft small">{result.detail}</span>}
            </a>
          ))}
          {results.length === 0 && (
            <div class="results__none" role="option" aria-selected={false} aria-disabled="true"><IconSearch size={20} />{files ? texts.nothingFound : '…'}</div>
          )}
        </div>
      )}
    </div>
  )
}

const appResults = (apps: readonly AppResource[], text: string): Result[] =>
  tilesOf(apps)
    .filter(app => app.links?.related && foldText(nameOf(app)).includes(foldText(text.trim())))
    .slice(0, mostApps)
    .map(app => ({ key: app.id, href: app.links!.related!, label: nameOf(app), picture: <AppIcon app={app} size={28} /> }))

/** The way to the app Files, which finds more. */
const elsewhere = (apps: readonly AppResource[], text: string): Result[] =>
  apps.some(app => app.attributes.slug === 'drive' && app.links?.related)
    ? [{ key: 'all', href: appUrl('drive', `/search?q=${encodeURIComponent(text.trim())}`), label: texts.searchAll(text.trim()), picture: <IconSearch size={24} /> }]
    : []

function fileResult(file: FileResource): Result {
  const Icon = fileIcon(file.attributes)
  return {
    key: file.id,
    href: fileUrl(file),
    label: file.attributes.name,
    detail: formatWhen(file.attributes.updated_at),
    picture: <Icon size={24} />,
  }
}

/** The files whose names contain a text; undefined as long as nobody knows. */
function useFilesNamed(text: string): readonly FileResource[] | undefined {
  const [found, setFound] = useState<readonly FileResource[]>()
  useEffect(() => {
    const wanted = text.trim()
    setFound(undefined)
    if (!wanted) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      const name = { $gt: null, $regex: `(?i)${wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}` }
      findFiles({ selector: { name, trashed: { $ne: true }, dir_id: { $exists: true } }, index: ['name'], limit: mostFiles }, abort.signal)
        .then(setFound, () => !abort.signal.aborted && setFound([]))
    }, quiet)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [text])
  return found
}
