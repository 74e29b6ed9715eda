/** What the server tells the page about itself, in the attribute `data-cozy` of the element it renders into. */
export interface Session {
  /** The host of the instance's API, with its port if it has one. */
  readonly domain: string
  /** Empty for a stranger on a public page. */
  readonly token: string
  readonly locale: string
  readonly isLoggedIn: boolean
  readonly subdomain: 'flat' | 'nested'
  readonly app: { readonly name: string; readonly slug: string }
}

const stranger: Session = {
  domain: 'localhost', token: '', locale: 'en', isLoggedIn: false, subdomain: 'nested', app: { name: '', slug: '' },
}

/** Reads the attribute of a page, or of the text of one. */
export function parseSession(json: string | null | undefined): Session {
  if (!json) return stranger
  try {
    return { ...stranger, ...(JSON.parse(json) as Partial<Session>) }
  } catch {
    return stranger
  }
}

/** Reads what a page says, in one attribute or, as older apps have it, in one for each value. */
export function readSession(page: ParentNode): Session {
  const whole = page.querySelector('[data-cozy]')
  if (whole) return parseSession(whole.getAttribute('data-cozy'))
  const data = page.querySelector<HTMLElement>('[role=application][data-cozy-domain]')?.dataset
  if (!data) return stranger
  const { cozyDomain, cozyToken = '', cozyLocale, cozySubDomain, cozyAppName = '', cozyAppSlug = '' } = data
  return {
    domain: cozyDomain!,
    token: cozyToken,
    locale: cozyLocale ?? stranger.locale,
    isLoggedIn: cozyToken !== '',
    // Apps need not have it: then the page's own address tells.
    subdomain: cozySubDomain === 'flat' || (!cozySubDomain && !location.host.endsWith(`.${cozyDomain}`)) ? 'flat' : 'nested',
    app: { name: cozyAppName, slug: cozyAppSlug },
  }
}

// Whoever follows a link, be it the owner, sees what a guest sees.
const isGuest = typeof location !== 'undefined' && new URLSearchParams(location.search).has('sharecode')
const read = typeof document === 'undefined' ? stranger : readSession(document)

/** The session of this page. */
export const session: Session = isGuest ? { ...read, isLoggedIn: false } : read

const scheme = typeof location === 'undefined' ? 'http:' : location.protocol

/** An address of the instance's API or pages. */
export const instanceUrl = (path: string): string => `${scheme}//${session.domain}${path}`

/** The address of another app of this instance. */
export function appUrl(slug: string, hash = ''): string {
  const dot = session.domain.search(/[.:]|$/)
  const host = session.subdomain === 'flat'
    ? `${session.domain.slice(0, dot)}-${slug}${session.domain.slice(dot)}`
    : `${slug}.${session.domain}`
  return `${scheme}//${host}/${hash && `#${hash}`}`
}
