import { useId } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { IconClose, IconSearch } from '../icons/icons.tsx'
import { common } from '../text/common.ts'
import { IconButton } from './Button.tsx'

interface InputProps {
  readonly name?: string
  readonly placeholder?: string
  readonly required?: boolean
  readonly disabled?: boolean
  readonly maxLength?: number
  readonly spellcheck?: boolean
  /** Has the focus when its dialog opens. */
  readonly 'data-autofocus'?: boolean
}

export interface FieldProps extends InputProps {
  readonly type?: 'text' | 'password' | 'email' | 'url' | 'date'
  readonly autocomplete?: string
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
}

/** A line to write in, with its name above and what is wrong below. */
export function Field({ label, value, onInput, hint, error, type = 'text', autocomplete = 'off', ...rest }: FieldProps): JSX.Element {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && <p class="field__hint" id={`${id}-hint`}>{hint}</p>}
      <input
        {...rest}
        type={type as 'text'}
        autocomplete={autocomplete}
        id={id}
        class="input"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        onInput={event => onInput(event.currentTarget.value)}
      />
      {error && <p class="field__error" id={`${id}-error`} role="alert">{error}</p>}
    </div>
  )
}

export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
}

/** One of a few, from a list that opens. */
export function Select<T extends string>({ label, value, choices, onChange, hint, disabled }: { label: string; value: T; choices: readonly Choice<T>[]; onChange: (value: T) => void; hint?: string; disabled?: boolean }): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && <p class="field__hint" id={`${id}-hint`}>{hint}</p>}
      <select id={id} class="input" value={value} disabled={disabled} aria-describedby={hint && `${id}-hint`} onChange={event => onChange(event.currentTarget.value as T)}>
        {choices.map(choice => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>
    </div>
  )
}

/** One of a few that all are seen. */
export function Segments<T extends string>({ label, value, choices, onChange }: { label: string; value: T; choices: readonly Choice<T>[]; onChange: (value: T) => void }): JSX.Element {
  const name = useId()
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {choices.map(choice => (
        <label key={choice.value}>
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChange(choice.value)} />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  )
}

export interface SearchProps extends InputProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  /** For a line with a list of results below: the list's id, the id of its active entry, whether it is shown. */
  readonly combobox?: { readonly list: string; readonly active: string | undefined; readonly isOpen: boolean }
}

/** A line to search with. */
export function SearchField({ label, value, onInput, combobox, ...rest }: SearchProps): JSX.Element {
  const ofList = combobox && {
    // The types know no search field with a list below.
    role: 'combobox' as 'searchbox',
    'aria-autocomplete': 'list' as const,
    'aria-expanded': combobox.isOpen,
    'aria-controls': combobox.isOpen ? combobox.list : undefined,
    'aria-activedescendant': combobox.active,
  }
  return (
    <div class="search">
      <IconSearch size={20} />
      <input
        type="search"
        autocomplete="off"
        spellcheck={false}
        placeholder={label}
        {...rest}
        {...ofList}
        aria-label={label}
        value={value}
        onInput={event => onInput(event.currentTarget.value)}
        onKeyDown={event => event.key === 'Escape' && value && (event.stopPropagation(), onInput(''))}
      />
      {value && <IconButton icon={IconClose} label={common.clear} onClick={() => onInput('')} />}
    </div>
  )
}
