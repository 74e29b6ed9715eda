import { locale, type Manifest, type Permission } from '@cozy-apps/ui'
import { texts } from './texts.ts'

/** A permission in plain words. */
export interface Plain {
  readonly key: string
  readonly thing: string
  readonly verbs: string
  /** Why the app asks. */
  readonly why: string
}

const verbNames = { GET: 'see', POST: 'add', PUT: 'change', PATCH: 'change', DELETE: 'remove' } as const

/** What an app asks for, in plain words. */
export function explainPermissions(manifest: Pick<Manifest, 'permissions' | 'locales'>): Plain[] {
  return Object.entries(manifest.permissions ?? {}).map(([name, permission]) => ({
    key: name,
    thing: thingOf(permission),
    verbs: verbsOf(permission.verbs),
    why: manifest.locales?.[locale]?.permissions?.[name]?.description ?? permission.description ?? '',
  }))
}

function thingOf({ type, values, selector }: Permission): string {
  const isTree = type.endsWith('.*')
  const doctype = isTree ? type.slice(0, -2) : type
  const thing = texts.things[doctype] ?? texts.thing(doctype)
  if (isTree) return texts.everythingBelow(thing)
  return values?.length || selector ? `${thing} (${texts.some})` : thing
}

export function verbsOf(verbs: readonly string[] | undefined): string {
  if (!verbs?.length || verbs.includes('ALL')) return texts.verbs.all
  const names = new Set(verbs.map(verb => verbNames[verb as keyof typeof verbNames]).filter(name => name !== undefined))
  return texts.joinVerbs((['see', 'add', 'change', 'remove'] as const).filter(name => names.has(name)).map(name => texts.verbs[name]))
}

const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const verbSet = (verbs: readonly string[] | undefined): Set<string> => new Set(!verbs?.length || verbs.includes('ALL') ? all : verbs)

/** What a new version asks for beyond what the installed one may. */
export function additionalPermissions(current: Manifest['permissions'], next: Pick<Manifest, 'permissions' | 'locales'>): Plain[] {
  const held = Object.values(current ?? {})
  const permissions = Object.fromEntries(Object.entries(next.permissions ?? {}).filter(([, asked]) => !held.some(has => covers(has, asked))))
  return explainPermissions({ ...next, permissions })
}

function covers(has: Permission, asked: Permission): boolean {
  const isSameType = has.type === asked.type || (has.type.endsWith('.*') && `${asked.type}.`.startsWith(has.type.slice(0, -1)))
  const verbs = verbSet(has.verbs)
  const isAnyValue = !has.values?.length || (has.selector === asked.selector && asked.values?.every(value => has.values!.includes(value)) === true && asked.values.length > 0)
  return isSameType && isAnyValue && [...verbSet(asked.verbs)].every(verb => verbs.has(verb))
}
