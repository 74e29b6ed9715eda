import { places, Slot, type Place } from './slots.ts'
import type { BarOptions, ShownBar } from './main.tsx'

/** The file with the bar itself, beside this one. */
declare const barFile: string

/** What an app may say when it asks for its bar. */
export interface InitOptions {
  readonly appName?: string
  readonly appNamePrefix?: string
  readonly appSlug?: string
  readonly iconPath?: string
  readonly lang?: string
  readonly cozyClient?: { readonly on?: (event: string, act: () => void) => void; readonly getStackClient?: () => { getAccessToken?: () => string } }
  readonly token?: string
  readonly isPublic?: boolean
  readonly replaceTitleOnMobile?: boolean
  readonly onLogOut?: () => void
}

interface Loaded {
  readonly show: (root: ShadowRoot, options: BarOptions) => ShownBar
}

const script = document.currentScript as HTMLScriptElement
const slots = Object.fromEntries(places.map(place => [place, new Slot(place)])) as Record<Place, Slot>
let host: HTMLElement | undefined
let shown: ShownBar | undefined
let options: InitOptions = {}

/** Puts the bar before the element with the role `application`. */
async function init(asked: InitOptions = {}): Promise<void> {
  const application = document.querySelector<HTMLElement>('[role=application]')
  if (!application) return console.warn('cozy.bar: there is no element with role="application", so there is no bar')
  if (host) return
  options = asked
  host = document.createElement('div')
  host.id = 'coz-bar'
  host.role = 'banner'
  host.lang = asked.lang ?? document.documentElement.lang
  host.attachShadow({ mode: 'open' })
  for (const slot of Object.values(slots)) slot.attach(host)
  document.body.insertBefore(host, application)
  asked.cozyClient?.on?.('tokenRefreshed', () => {
    const token = asked.cozyClient?.getStackClient?.().getAccessToken?.()
    if (token) updateAccessToken(token)
  })
  await draw()
}

/** Draws the bar in the language of its element. A module has the texts of one language: each has one of its own. */
async function draw(): Promise<void> {
  const address = new URL(`${barFile}#${host!.lang}`, script.src).href
  const { show } = (await import(/* @vite-ignore */ address)) as Loaded
  shown?.remove()
  shown = show(host!.shadowRoot!, { ...options, isPublic: options.isPublic || location.pathname.startsWith('/public') })
}

/** Gives the bar the colours of the app (`primary`) or its own (`default`). */
function setTheme(name: string, colours: { readonly primaryColor?: string; readonly primaryContrastTextColor?: string } = {}): void {
  if (!host) return
  host.dataset.theme = name
  set('--bar-primary', colours.primaryColor)
  set('--bar-on-primary', colours.primaryContrastTextColor)
}

function set(property: string, value: string | undefined): void {
  if (value) host!.style.setProperty(property, value)
  else host!.style.removeProperty(property)
}

async function setLocale(lang: string): Promise<void> {
  if (!host || host.lang === lang) return
  host.lang = lang
  await draw()
}

function updateAccessToken(token: string): void {
  shown?.useToken(token)
}

const bar: Record<string, unknown> = {
  init,
  setTheme,
  setLocale,
  updateAccessToken,
  // What the mobile app around a page is told; there is none around this bar.
  setWebviewContext: () => undefined,
  // That of cozy-bar whose calls it takes.
  version: '7.26.0',
}
for (const place of places) {
  bar[`setBar${place}`] = (content: string | Node | null) => slots[place].fill(content)
  bar[`Bar${place}`] = slots[place].component
}

const page = window as unknown as { cozy?: Record<string, unknown> }
page.cozy = { ...page.cozy, bar }
