import { signal } from '@preact/signals'
import { Fragment, type JSX } from 'preact'

type Draw = (close: () => void) => JSX.Element

const open = signal<readonly { readonly id: number; readonly draw: Draw }[]>([])
let last = 0

/** Opens a dialog above everything; `draw` is given what closes it. */
export function showDialog(draw: Draw): void {
  open.value = [...open.value, { id: ++last, draw }]
}

/** Asks with a dialog; resolves with the answer, or undefined when it is closed without one. */
export const ask = <T,>(draw: (answer: (value: T | undefined) => void) => JSX.Element): Promise<T | undefined> =>
  new Promise(resolve => showDialog(close => draw(value => {
    close()
    resolve(value)
  })))

/** Where dialogs appear. */
export const Dialogs = (): JSX.Element => (
  <>
    {open.value.map(({ id, draw }) => (
      <Fragment key={id}>{draw(() => (open.value = open.value.filter(other => other.id !== id)))}</Fragment>
    ))}
  </>
)
