import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { explain, isConflict, notifyError, type FileResource } from '@cozy-apps/ui'
import { rename } from '../data/actions.ts'
import { isFolder, splitName, wrongName } from '../data/model.ts'
import { text } from '../text.ts'

/** The name of a file as a field: Enter saves it, Escape leaves it as it was. */
export function RenameField({ file, onDone }: { file: FileResource; onDone: () => void }): JSX.Element {
  const before = file.attributes.name
  const [name, setName] = useState(before)
  const [error, setError] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const isOver = useRef(false)

  useEffect(() => {
    input.current!.focus()
    // The ending stays: it is the name that one wants to change.
    input.current!.setSelectionRange(0, isFolder(file) ? before.length : splitName(before).stem.length)
  }, [])

  const close = (): void => {
    isOver.current = true
    // The place in the list has the focus again.
    const cell = input.current?.closest('[data-id]')
    onDone()
    requestAnimationFrame(() => cell?.querySelector<HTMLElement>('[data-open]')?.focus({ preventScroll: true }))
  }

  const save = async (keepsOpen: boolean): Promise<void> => {
    if (isOver.current) return
    const wanted = name.trim()
    if (wanted === before) return close()
    const wrong = wrongName(wanted)
    if (wrong) return keepsOpen ? setError(text.wrongName[wrong]) : close()
    isOver.current = true
    try {
      await rename(file, wanted)
      close()
    } catch (failure) {
      const reason = isConflict(failure) ? text.nameTaken : explain(failure)
      if (!keepsOpen) {
        notifyError(reason)
        return close()
      }
      isOver.current = false
      setError(reason)
      input.current?.focus()
    }
  }

  return (
    <span class="rename">
      <input
        ref={input}
        class="input"
        aria-label={text.newName(before)}
        aria-invalid={error ? true : undefined}
        spellcheck={false}
        autocomplete="off"
        value={name}
        onInput={event => { setName(event.currentTarget.value); setError(undefined) }}
        onKeyDown={event => {
          event.stopPropagation()
          if (event.key === 'Enter') void save(true)
          else if (event.key === 'Escape') close()
        }}
        onBlur={() => void save(false)}
      />
      {error && <span class="rename__error" role="alert">{error}</span>}
    </span>
  )
}
