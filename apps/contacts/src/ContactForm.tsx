import { Button, Field, IconButton, IconPlus, IconTrash, Select, go, notify, notifyError } from '@cozy-apps/ui'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { saveContact } from './data.ts'
import { applyForm, formOf, isEmpty, isMail, type AddressLine, type Form, type Line } from './form.ts'
import { groupIdsOf, titleOf, type Contact, type Group } from './model.ts'
import { BackLink } from './ContactView.tsx'
import { texts } from './texts.ts'

export interface ContactFormProps {
  /** The one that is changed; none for a new one. */
  readonly contact?: Contact | undefined
  readonly groups: readonly Group[]
  /** The group a new one is put into. */
  readonly group?: string | undefined
  readonly back: string
}

/** Writes a contact. */
export function ContactForm({ contact, groups, group, back }: ContactFormProps): JSX.Element {
  const [form, setForm] = useState<Form>(() => formOf(contact, contact ? groupIdsOf(contact) : group ? [group] : []))
  const [isJudged, setJudged] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => element.current?.querySelector('input')?.focus({ preventScroll: true }), [])
  const change = (changes: Partial<Form>): void => setForm(last => ({ ...last, ...changes }))
  const isLacking = isEmpty(form)
  const isWrong = isLacking || form.emails.some(({ value }) => !isMail(value))

  const save = async (): Promise<void> => {
    setJudged(true)
    if (isWrong) {
      requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      return
    }
    setBusy(true)
    try {
      const saved = await saveContact(applyForm(form, contact), contact)
      notify(texts.saved)
      go(`/contact/${encodeURIComponent(saved._id)}`, true)
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form ref={element} class="contact form" noValidate onSubmit={event => { event.preventDefault(); void save() }}>
      <BackLink href={back} />
      <h1>{contact ? titleOf(contact) || texts.unnamed : texts.add}</h1>
      <div class="pair">
        <Field label={texts.givenName} value={form.givenName} onInput={givenName => change({ givenName })} maxLength={200} error={isJudged && isLacking ? texts.needsName : undefined} />
        <Field label={texts.familyName} value={form.familyName} onInput={familyName => change({ familyName })} maxLength={200} />
        <Field label={texts.company} value={form.company} onInput={company => change({ company })} maxLength={200} />
        <Field label={texts.jobTitle} value={form.jobTitle} onInput={jobTitle => change({ jobTitle })} maxLength={200} />
      </div>
      <Lines label={texts.phone} add={texts.addPhone} kinds={['', 'cell', 'home', 'work', 'fax']} lines={form.phones} onChange={phones => change({ phones })} />
      <Lines label={texts.email} add={texts.addEmail} kinds={['', 'home', 'work']} lines={form.emails} onChange={emails => change({ emails })} check={value => (isJudged && !isMail(value) ? texts.badMail : undefined)} />
      <Addresses lines={form.addresses} onChange={addresses => change({ addresses })} />
      <div class="pair">
        <Field label={texts.birthday} type="date" value={form.birthday} onInput={birthday => change({ birthday })} />
        <Field label={texts.cozy} value={form.cozy} onInput={cozy => change({ cozy })} hint={texts.cozyHint} maxLength={500} />
      </div>
      <Note value={form.note} onInput={note => change({ note })} />
      {groups.length > 0 && (
        <fieldset class="several">
          <legend>{texts.groups}</legend>
          <div class="form__groups">
            {groups.map(({ _id, name }) => (
              <label key={_id} class="check">
                <input type="checkbox" checked={form.groups.includes(_id)} onChange={event => change({ groups: event.currentTarget.checked ? [...form.groups, _id] : form.groups.filter(id => id !== _id) })} />
                <span>{name}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div class="form__actions"><Button type="submit" kind="main" busy={isBusy}>{texts.save}</Button></div>
    </form>
  )
}

const replaced = <T,>(all: readonly T[], place: number, one: T): T[] => all.map((other, at) => (at === place ? one : other))
const without = <T,>(all: readonly T[], place: number): T[] => all.filter((_, at) => at !== place)

interface LinesProps {
  readonly label: string
  readonly add: string
  readonly kinds: readonly string[]
  readonly lines: readonly Line[]
  readonly onChange: (lines: readonly Line[]) => void
  readonly check?: (value: string) => string | undefined
}

function Lines({ label, add, kinds, lines, onChange, check }: LinesProps): JSX.Element {
  return (
    <fieldset class="several">
      <legend>{label}</legend>
      {lines.map((line, place) => (
        <div key={place} class="several__line">
          <Field label={lines.length > 1 ? `${label} ${place + 1}` : label} value={line.value} onInput={value => onChange(replaced(lines, place, { ...line, value }))} error={check?.(line.value)} spellcheck={false} maxLength={300} />
          <Kind kinds={kinds} value={line.type} onChange={type => onChange(replaced(lines, place, { ...line, type }))} />
          <IconButton icon={IconTrash} label={texts.removeLine(line.value || label)} onClick={() => onChange(without(lines, place))} />
        </div>
      ))}
      <div><Button kind="quiet" small icon={IconPlus} onClick={() => onChange([...lines, { value: '', type: '' }])}>{add}</Button></div>
    </fieldset>
  )
}

function Kind({ kinds, value, onChange }: { kinds: readonly string[]; value: string; onChange: (value: string) => void }): JSX.Element {
  const all = kinds.includes(value) ? kinds : [...kinds, value]
  return <Select label={texts.kind} value={value} choices={all.map(kind => ({ value: kind, label: texts.kinds[kind] ?? kind }))} onChange={onChange} />
}

function Addresses({ lines, onChange }: { lines: readonly AddressLine[]; onChange: (lines: readonly AddressLine[]) => void }): JSX.Element {
  return (
    <fieldset class="several">
      <legend>{texts.address}</legend>
      {lines.map((line, place) => {
        const change = (changes: Partial<AddressLine>): void => onChange(replaced(lines, place, { ...line, ...changes }))
        return (
          <div key={place} class="several__address">
            <Field label={texts.street} value={line.street} onInput={street => change({ street })} maxLength={300} />
            <div class="pair">
              <Field label={texts.postcode} value={line.postcode} onInput={postcode => change({ postcode })} maxLength={40} />
              <Field label={texts.city} value={line.city} onInput={city => change({ city })} maxLength={200} />
              <Field label={texts.country} value={line.country} onInput={country => change({ country })} maxLength={200} />
              <div class="several__line">
                <Kind kinds={['', 'home', 'work']} value={line.type} onChange={type => change({ type })} />
                <IconButton icon={IconTrash} label={texts.removeLine(line.street || texts.address)} onClick={() => onChange(without(lines, place))} />
              </div>
            </div>
          </div>
        )
      })}
      <div><Button kind="quiet" small icon={IconPlus} onClick={() => onChange([...lines, { street: '', postcode: '', city: '', country: '', type: '' }])}>{texts.addAddress}</Button></div>
    </fieldset>
  )
}

function Note({ value, onInput }: { value: string; onInput: (value: string) => void }): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{texts.note}</label>
      <textarea id={id} class="input" value={value} maxLength={20000} onInput={event => onInput(event.currentTarget.value)} />
    </div>
  )
}
