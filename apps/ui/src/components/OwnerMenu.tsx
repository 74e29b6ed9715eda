import type { JSX } from 'preact'
import { logOut, type ColorScheme } from '../data/settings.ts'
import { appUrl, instanceUrl, session } from '../data/session.ts'
import { IconLogOut, IconSettings, IconShield } from '../icons/icons.tsx'
import { chooseTheme, ownerName, theme } from '../theme.ts'
import { common } from '../text/common.ts'
import { Popup } from './Menu.tsx'
import { Segments } from './Field.tsx'
import { notifyError } from './Toast.tsx'

const schemes: readonly ColorScheme[] = ['light', 'auto', 'dark']

export interface OwnerMenuProps {
  /** Whether one may change the colours of all apps here. */
  readonly withTheme?: boolean
  /** Told when one has logged out, before the login page comes. */
  readonly onLogOut?: (() => void) | undefined
}

/** Who one is, how it looks, and the way out. */
export const OwnerMenu = ({ withTheme = true, onLogOut }: OwnerMenuProps): JSX.Element => (
  <Popup
    label={common.account}
    button={props => (
      <button type="button" class="owner" aria-label={common.account} title={common.account} {...props}><Avatar /></button>
    )}
  >
    <div class="owner__head">
      <Avatar />
      <div>
        {ownerName.value && <strong>{ownerName.value}</strong>}
        <span class="owner__domain">{session.domain}</span>
      </div>
    </div>
    {withTheme && (
      <Segments
        label={common.scheme}
        value={theme.value.scheme}
        choices={schemes.map(value => ({ value, label: common.schemes[value] }))}
        onChange={scheme => void chooseTheme({ scheme }).catch(notifyError)}
      />
    )}
    <div class="owner__links">
      <a class="menu__item" href={appUrl('settings')}><IconSettings size={20} /><span>{common.settings}</span></a>
      <a class="menu__item" href={instanceUrl('/auth/security')}><IconShield size={20} /><span>{common.security}</span></a>
      <button type="button" class="menu__item" onClick={() => void leave(onLogOut)}><IconLogOut size={20} /><span>{common.logOut}</span></button>
    </div>
  </Popup>
)

const Avatar = (): JSX.Element => (
  <span class="avatar" aria-hidden="true">{[...(ownerName.value || session.domain)][0]?.toUpperCase()}</span>
)

async function leave(onLogOut?: () => void): Promise<void> {
  try {
    await logOut()
    onLogOut?.()
    location.assign(instanceUrl('/auth/login'))
  } catch (error) {
    notifyError(error)
  }
}
