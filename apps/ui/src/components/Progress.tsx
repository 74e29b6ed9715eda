import type { JSX } from 'preact'

/** How far something is, or how full; without a value something is under way. */
export function Progress({ label, value, max = 1, full }: { label: string; value?: number; max?: number; full?: boolean }): JSX.Element {
  const share = value === undefined ? undefined : Math.min(1, max > 0 ? value / max : 0)
  return (
    <div
      class={`progress${share === undefined ? ' progress--unknown' : ''}${full ? ' progress--full' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
    >
      <div class="progress__bar" style={share === undefined ? undefined : { inlineSize: `${share * 100}%` }} />
    </div>
  )
}
