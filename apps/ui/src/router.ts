import { signal } from '@preact/signals'

/** Where in the app one is: the part of the address behind `#`, without it. */
export const route = signal(read())

function read(): string {
  if (typeof location === 'undefined') return '/'
  const hash = location.hash.slice(1)
  return hash.startsWith('/') ? hash : `/${hash}`
}

if (typeof window !== 'undefined') addEventListener('hashchange', () => (route.value = read()))

/** Goes to another place of this app. */
export function go(to: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', `#${to}`)
    route.value = read()
  } else location.hash = to
}

// An address can be typed by hand: what is no escape stays as it is.
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Takes a place apart by a pattern such as `/folder/:id`; undefined when it is another. */
export function match(pattern: string, place: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const parts = place.split('?')[0]!.split('/')
  if (wanted.length !== parts.length) return undefined
  const found: Record<string, string> = {}
  for (const [at, name] of wanted.entries()) {
    if (name.startsWith(':')) found[name.slice(1)] = decodePart(parts[at]!)
    else if (name !== parts[at]) return undefined
  }
  return found
}
