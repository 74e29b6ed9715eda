import type { JSX } from 'preact'
import { appsDoctype, appName, listApps, type AppResource } from '../data/apps.ts'
import { useQuery } from '../data/query.ts'
import { appUrl, session } from '../data/session.ts'
import { IconGrid, IconHome } from '../icons/icons.tsx'
import { appTitle } from '../title.ts'
import { common } from '../text/common.ts'
import { compareNames } from '../text/format.ts'
import { locale } from '../text/locale.ts'
import { AppIcon } from './AppIcon.tsx'
import { IconButton } from './Button.tsx'
import { Popup } from './Menu.tsx'
import { Loaded } from './states.tsx'

/** The way to the other apps, and to Home unless that has a place of its own. */
export const AppSwitcher = ({ withHome = true }: { withHome?: boolean }): JSX.Element => (
  <nav class="bar__apps" aria-label={common.apps}>
    <Popup align="start" label={common.apps} button={props => <IconButton icon={IconGrid} label={common.apps} {...props} />}>
      <OtherApps />
    </Popup>
    {withHome && session.app.slug !== 'home' && <a class="bar__home" href={appUrl('home')}><IconHome size={20} /><span class="visually-hidden">{common.home}</span></a>}
    <span class="bar__name">{appTitle}</span>
  </nav>
)

function OtherApps(): JSX.Element {
  const apps = useQuery(listApps, [], [appsDoctype])
  return (
    <Loaded query={apps}>
      {all => (
        <ul class="switcher">
          {all.filter(isReady).sort((left, right) => compareNames(appName(left.attributes, locale), appName(right.attributes, locale))).map(app => (
            <li key={app.id}>
              <a href={app.links!.related} aria-current={app.attributes.slug === session.app.slug ? 'page' : undefined}>
                <AppIcon app={app} size={40} />
                <span>{appName(app.attributes, locale)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  )
}

const isReady = (app: AppResource): boolean => app.links?.related !== undefined
