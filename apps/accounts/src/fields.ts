/** What a connector's manifest says of a value it needs. */
export interface ManifestField {
  readonly type?: string
  readonly label?: string
  readonly description?: string
  readonly required?: boolean
  readonly isRequired?: boolean
  readonly advanced?: boolean
  readonly default?: unknown
  readonly min?: number
  readonly max?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly options?: readonly { readonly name?: string; readonly label?: string; readonly value: string }[]
}

/** A value that the owner is asked for, or that goes along without being shown. */
export interface AccountField {
  readonly name: string
  readonly kind: 'text' | 'password' | 'email' | 'url' | 'date' | 'choice' | 'hidden'
  readonly label: string | undefined
  readonly hint: string | undefined
  readonly isRequired: boolean
  readonly isSecret: boolean
  readonly value: string
  readonly min: number
  readonly max: number
  readonly pattern: RegExp | undefined
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

/** What is wrong with a value. */
export type FieldFault = 'missing' | 'short' | 'long' | 'form'

/** Texts that a manifest has for its fields in a language. */
export type FieldTexts = Readonly<Record<string, { readonly label?: string; readonly description?: string } | undefined>>

const kinds: Readonly<Record<string, AccountField['kind']>> = { password: 'password', email: 'email', url: 'url', date: 'date', dropdown: 'choice', hidden: 'hidden' }
const longest = 2000

/** How accounts are told apart, in the order in which it is looked for. */
const identifiers = ['login', 'identifier', 'new_identifier', 'email']

/** The fields of a manifest that the owner fills in; what only experts change keeps its default. */
export function fieldsOf(fields: unknown, words: FieldTexts = {}): AccountField[] {
  if (typeof fields !== 'object' || fields === null) return []
  return Object.entries(fields as Record<string, ManifestField | undefined>).flatMap(([name, field]) =>
    name === 'advanced_fields' || typeof field !== 'object' || field === null || field.advanced ? [] : [readField(name, field, words[name])])
}

function readField(name: string, field: ManifestField, words: FieldTexts[string]): AccountField {
  const kind = kinds[field.type ?? ''] ?? (name === 'password' ? 'password' : 'text')
  const choices = (field.options ?? []).map(({ name: title, label, value }) => ({ value: String(value), label: label ?? title ?? String(value) }))
  const isHidden = kind === 'hidden'
  return {
    name,
    kind: kind === 'choice' && choices.length === 0 ? 'text' : kind,
    label: words?.label ?? field.label,
    hint: words?.description ?? field.description,
    isRequired: !isHidden && (field.required ?? field.isRequired ?? true),
    isSecret: kind === 'password',
    value: field.default === undefined || field.default === null ? (kind === 'choice' ? choices[0]?.value ?? '' : '') : String(field.default),
    min: field.min ?? 0,
    max: field.max ?? field.maxLength ?? longest,
    pattern: readPattern(field.pattern),
    choices,
  }
}

/** A manifest may have written something that is no pattern. */
function readPattern(text: string | undefined): RegExp | undefined {
  try {
    return text ? new RegExp(`^(?:${text})$`, 'u') : undefined
  } catch {
    return undefined
  }
}

/** The field that tells accounts of a connector apart. */
export const identifierOf = (fields: readonly AccountField[]): string | undefined =>
  identifiers.find(name => fields.some(field => field.name === name)) ?? fields.find(field => !field.isSecret && field.kind !== 'hidden')?.name

/** What is wrong with a value; `isKept` for a secret that stays what it is when nothing is written. */
export function faultOf(field: AccountField, value: string, isKept = false): FieldFault | undefined {
  if (value.trim() === '') return field.isRequired && !isKept ? 'missing' : undefined
  if (value.length < field.min) return 'short'
  if (value.length > field.max) return 'long'
  if (field.kind === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value)) return 'form'
  return field.pattern && !field.pattern.test(value) ? 'form' : undefined
}
