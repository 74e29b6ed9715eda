import type { JSX } from 'preact'
import { common } from '../text/common.ts'

/** Something turns: for waits whose length nobody knows. */
export const Spinner = ({ size = 28 }: { size?: number }): JSX.Element => (
  <svg class="spinner" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <circle cx="12" cy="12" r="9" />
    <path d="M12 3a9 9 0 0 1 9 9" />
  </svg>
)

/** A place whose content is on its way. */
export const Loading = ({ label = common.loading }: { label?: string }): JSX.Element => (
  <div class="state" role="status">
    <Spinner />
    <span class="visually-hidden">{label}</span>
  </div>
)

/** Grey boxes where things will be, so that nothing jumps when they come. */
export const Skeleton = ({ count = 1, class: extra = '' }: { count?: number; class?: string }): JSX.Element => (
  <>{Array.from({ length: count }, (_, place) => <div key={place} class={`skeleton ${extra}`} aria-hidden="true" />)}</>
)
