/** The parts of the bar that an app may fill with its own. */
export const places = ['Left', 'Center', 'Right', 'Search'] as const
export type Place = (typeof places)[number]

/**
 * One part of the bar: an element among the app's own, so that the app's styles, events and libraries reach what it puts
 * there. It is in the bar only as long as it has content; the bar's own is shown otherwise.
 */
export class Slot {
  readonly element = document.createElement('div')
  #own = document.createElement('span')
  #host: HTMLElement | undefined

  constructor(place: Place) {
    this.element.slot = place.toLowerCase()
    this.#own.style.display = 'contents'
    new MutationObserver(() => this.#settle()).observe(this.element, { childList: true })
  }

  /** Gives it a bar to be in. */
  attach(host: HTMLElement): void {
    this.#host = host
    this.#settle()
  }

  /** Puts HTML, or an element, there; nothing gives the place back to the bar. */
  fill(content: string | Node | null | undefined): void {
    if (typeof content === 'string') this.#own.innerHTML = content
    else this.#own.replaceChildren(...(content ? [content] : []))
    if (this.#own.hasChildNodes()) this.element.append(this.#own)
    else this.#own.remove()
  }

  /**
   * A component for the app's own React: what is below it is drawn there by that React, with its hooks and contexts. It is
   * what `createPortal` returns in React 16 to 19; the bar has no React to call.
   */
  readonly component = ({ children }: { readonly children?: unknown }): unknown => ({
    $$typeof: Symbol.for('react.portal'),
    key: null,
    children,
    containerInfo: this.element,
    implementation: null,
  })

  #settle(): void {
    if (!this.element.hasChildNodes()) this.element.remove()
    else if (this.#host && this.element.parentElement !== this.#host) this.#host.append(this.element)
  }
}
