import { IconStorage, Loaded, appUrl, filesDoctype, formatSize, getDiskUsage, useQuery, type DiskUsage } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

/** How full the Cozy is, and with what. */
export function Storage(): JSX.Element {
  const usage = useQuery(getDiskUsage, [], [filesDoctype])
  return (
    <Part id="storage" title={texts.storage} icon={IconStorage}>
      <Loaded query={usage}>{all => <Usage usage={all} />}</Loaded>
    </Part>
  )
}

function Usage({ usage: { used, quota, trash, versions } }: { usage: DiskUsage }): JSX.Element {
  const kinds = [
    { key: 'files', label: texts.files, size: Math.max(0, used - trash - versions) },
    { key: 'versions', label: texts.versions, size: versions },
    { key: 'trash', label: texts.trash, size: trash },
  ]
  const whole = Math.max(quota ?? used, used, 1)
  return (
    <>
      <p class="figure">{quota ? texts.usedOf(formatSize(used), formatSize(quota)) : texts.used(formatSize(used))}</p>
      <div class="shares" aria-hidden="true">
        {kinds.map(({ key, size }) => size > 0 && <span key={key} class={`share share--${key}`} style={{ inlineSize: `${(size / whole) * 100}%` }} />)}
      </div>
      <ul class="legend">
        {kinds.map(({ key, label, size }) => <li key={key}><span class={`share share--${key}`} /> {label} <strong>{formatSize(size)}</strong></li>)}
        {quota !== undefined && <li><span class="share share--free" /> {texts.free} <strong>{formatSize(Math.max(0, quota - used))}</strong></li>}
      </ul>
      {trash > 0 && <p><a href={appUrl('drive', '/trash')}>{texts.openTrash}</a></p>}
    </>
  )
}
