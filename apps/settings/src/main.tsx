import { AppShell, ButtonLink, IconShield, instanceUrl, startApp } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { Appearance } from './Appearance.tsx'
import { Deletion } from './Deletion.tsx'
import { Devices } from './Devices.tsx'
import { Part } from './Part.tsx'
import { Profile } from './Profile.tsx'
import { SessionList } from './Sessions.tsx'
import { Storage } from './Storage.tsx'
import { texts } from './texts.ts'
import './settings.css'

/** Everything about the owner's Cozy that is not an app's own affair. */
const Settings = (): JSX.Element => (
  <AppShell>
    <div class="page settings">
      <h1>{texts.name}</h1>
      <Profile />
      <Appearance />
      <Storage />
      <SessionList />
      <Devices />
      <Part id="security" title={texts.security} icon={IconShield}>
        <p class="soft">{texts.securityText}</p>
        <div><ButtonLink href={instanceUrl('/auth/security')}>{texts.openSecurity}</ButtonLink></div>
      </Part>
      <Deletion />
    </div>
  </AppShell>
)

startApp(<Settings />, texts.name)
