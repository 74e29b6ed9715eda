import type { ComponentChildren, JSX } from 'preact'
import type { IconType } from '../icons/icons.tsx'
import { Spinner } from './Spinner.tsx'

type Native = Omit<JSX.IntrinsicElements['button'], 'icon' | 'size'>

export interface ButtonProps extends Native {
  /** `main` for the one thing one most likely wants, `danger` for what destroys. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger'
  readonly icon?: IconType
  readonly small?: boolean
  /** At work: keeps its place, takes no clicks. */
  readonly busy?: boolean
  readonly children?: ComponentChildren
}

/** A button with words. */
export function Button({ kind = 'plain', icon: Icon, small, busy, children, class: extra, disabled, ...rest }: ButtonProps): JSX.Element {
  return (
    <button type="button" {...rest} class={`button button--${kind}${small ? ' button--small' : ''} ${extra ?? ''}`} disabled={disabled || busy} aria-busy={busy}>
      {busy ? <Spinner size={18} /> : Icon && <Icon size={20} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  )
}

export interface ButtonLinkProps extends Pick<ButtonProps, 'kind' | 'icon' | 'small' | 'children'> {
  readonly href: string
  readonly target?: '_blank'
  readonly class?: string
  readonly 'aria-label'?: string
}

/** A link that looks like a button. */
export function ButtonLink({ kind = 'plain', icon: Icon, small, children, class: extra, ...rest }: ButtonLinkProps): JSX.Element {
  return (
    <a {...rest} class={`button button--${kind}${small ? ' button--small' : ''} ${extra ?? ''}`}>
      {Icon && <Icon size={20} />}
      <span>{children}</span>
    </a>
  )
}

/** A button with a picture alone; `label` is its name. */
export function IconButton({ icon: Icon, label, class: extra, ...rest }: Native & { readonly icon: IconType; readonly label: string }): JSX.Element {
  return (
    <button type="button" aria-label={label} title={label} {...rest} class={`icon-button ${extra ?? ''}`}>
      <Icon size={22} />
    </button>
  )
}
