import { Button, Field, Select } from '@cozy-apps/ui'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { faultOf, type AccountField } from './fields.ts'
import { texts } from './texts.ts'

export interface AccountFormProps {
  readonly fields: readonly AccountField[]
  /** What is known already, of an account that is changed; no secret is among it. */
  readonly known?: Readonly<Record<string, unknown>> | undefined
  readonly action: string
  /** Takes the values; those of secrets that are to stay are not among them. */
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<void>
}

/** Asks for what a connector needs to sign in. */
export function AccountForm({ fields, known, action, onSubmit }: AccountFormProps): JSX.Element {
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, value }) => [name, typeof known?.[name] === 'string' ? known[name] : value])))
  const [isJudged, setJudged] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const asked = fields.filter(({ kind }) => kind !== 'hidden')
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus({ preventScroll: true }), [])

  // A password is kept together with the name it belongs to: for another name it is written again.
  const isOther = known !== undefined && asked.some(({ name, isSecret }) => !isSecret && values[name] !== (known[name] ?? ''))
  const wrongOf = (field: AccountField): string | undefined => {
    const isKept = known !== undefined && field.isSecret
    const fault = faultOf(field, values[field.name] ?? '', isKept && !isOther)
    return fault && (fault === 'missing' && isKept ? texts.needsPassword : texts.faults[fault])
  }
  const submit = async (): Promise<void> => {
    setJudged(true)
    if (asked.some(field => wrongOf(field))) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      return
    }
    setBusy(true)
    const given = fields.filter(({ name, isSecret }) => values[name] !== '' || (known !== undefined && !isSecret))
    await onSubmit(Object.fromEntries(given.map(({ name }) => [name, values[name]!]))).finally(() => setBusy(false))
  }
  return (
    <form ref={form} class="sign-in" noValidate onSubmit={event => { event.preventDefault(); void submit() }}>
      {asked.map(field => (
        <Line
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          isKept={known !== undefined && field.isSecret && !isOther}
          error={isJudged ? wrongOf(field) : undefined}
          onInput={value => setValues(last => ({ ...last, [field.name]: value }))}
        />
      ))}
      <div><Button type="submit" kind="main" busy={isBusy}>{action}</Button></div>
    </form>
  )
}

interface LineProps {
  readonly field: AccountField
  readonly value: string
  readonly isKept: boolean
  readonly error: string | undefined
  readonly onInput: (value: string) => void
}

function Line({ field, value, isKept, error, onInput }: LineProps): JSX.Element {
  const label = field.label && field.label !== field.name ? field.label : texts.labels[field.name] ?? field.name
  const hint = isKept ? texts.keep : field.hint ?? (field.isRequired ? undefined : texts.optional)
  if (field.kind === 'choice') return <Select label={label} value={value} choices={field.choices} onChange={onInput} {...(hint && { hint })} />
  return (
    <Field
      label={label}
      type={field.kind === 'hidden' ? 'text' : field.kind}
      // Browsers are not to write the passphrase of this Cozy here.
      autocomplete={field.isSecret ? 'new-password' : 'off'}
      spellcheck={false}
      value={value}
      hint={hint}
      error={error}
      onInput={onInput}
    />
  )
}
