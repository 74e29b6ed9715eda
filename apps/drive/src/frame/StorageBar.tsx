import { useEffect } from 'preact/hooks'
import type { JSX } from 'preact'
import { formatSize, getDiskUsage, Progress, useQuery } from '@cozy-apps/ui'
import { followFiles } from '../data/changes.ts'
import { text } from '../text.ts'

/** Files come in flocks: how much room is left is asked after the last. */
const quiet = 2000
const nearlyFull = 0.9

/** How much room is taken. */
export function StorageBar(): JSX.Element | null {
  const { data: usage, reload } = useQuery(getDiskUsage, [])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (): void => {
      clearTimeout(timer)
      timer = setTimeout(reload, quiet)
    }
    const stop = followFiles(later, later)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
  if (!usage) return null
  const { used, quota } = usage
  return (
    <div class="storage">
      {quota !== undefined && <Progress label={text.storage} value={used} max={quota} full={used > nearlyFull * quota} />}
      <p class="small soft">{quota === undefined ? text.used(formatSize(used)) : text.usedOf(formatSize(used), formatSize(quota))}</p>
    </div>
  )
}
