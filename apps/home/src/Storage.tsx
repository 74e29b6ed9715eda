import { Loaded, Progress, Skeleton, filesDoctype, formatSize, getDiskUsage, useQuery } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { texts } from './texts.ts'
import { WidgetCard } from './WidgetCard.tsx'

const nearlyFull = 0.9

/** How full the Cozy is. */
export function Storage(): JSX.Element {
  const usage = useQuery(getDiskUsage, [], [filesDoctype])
  return (
    <WidgetCard title={texts.storage}>
      <Loaded query={usage} loading={<Skeleton count={2} class="row__ghost" />}>
        {({ used, quota, trash, versions }) => {
          const share = quota ? used / quota : 0
          return (
            <>
              <p class="storage__figure">{quota ? texts.usedOf(formatSize(used), formatSize(quota)) : texts.used(formatSize(used))}</p>
              {quota !== undefined && <Progress label={texts.storage} value={used} max={quota} full={share >= nearlyFull} />}
              {share >= nearlyFull && <p class="storage__warning small">{texts.nearlyFull}</p>}
              <p class="soft small">
                {[trash > 0 && texts.inTrash(formatSize(trash)), versions > 0 && texts.inVersions(formatSize(versions))].filter(Boolean).join(' · ')}
              </p>
            </>
          )
        }}
      </Loaded>
    </WidgetCard>
  )
}
