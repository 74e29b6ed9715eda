import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { go, SearchField } from '@cozy-apps/ui'
import { isTyping } from '../browse/keys.ts'
import { routeTo, type Where } from '../places.ts'
import { text } from '../text.ts'

/** How long one pauses between words. */
const pause = 200

/** Searches as one types; the address follows, so that one can go back. */
export function SearchBox({ where }: { where: Where }): JSX.Element {
  const [question, setQuestion] = useState(where.question ?? '')
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const element = useRef<HTMLDivElement>(null)
  // Where one was before, to go back to when the field is emptied.
  const before = useRef<Where>(where)
  if (where.name !== 'search') before.current = where

  useEffect(() => setQuestion(where.question ?? ''), [where.question])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector('dialog[open], .viewer')) return
      event.preventDefault()
      element.current!.querySelector('input')!.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const search = (next: string): void => {
    setQuestion(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const wanted = next.trim()
      if (wanted) go(routeTo({ name: 'search', question: wanted }), where.name === 'search')
      else if (where.name === 'search') go(routeTo(before.current), true)
    }, pause)
  }
  return (
    <div class="searchbox" ref={element} role="search">
      <SearchField label={text.search} value={question} onInput={search} />
    </div>
  )
}
