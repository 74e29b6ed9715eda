import {
  Button, Field, IconContacts, Loaded, Select, changeInstanceSettings, getInstanceSettings, instanceUrl, notify, notifyError, useQuery, type InstanceSettings,
} from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

const languages = [{ value: 'en', label: 'English' }, { value: 'fr', label: 'Français' }] as const

/** Who the owner is. */
export function Profile(): JSX.Element {
  const settings = useQuery(getInstanceSettings, [], ['io.cozy.settings'])
  return (
    <Part id="profile" title={texts.profile} icon={IconContacts}>
      <Loaded query={settings}>{({ attributes }) => <ProfileForm settings={attributes} />}</Loaded>
    </Part>
  )
}

function ProfileForm({ settings }: { settings: InstanceSettings }): JSX.Element {
  const [name, setName] = useState(settings.public_name ?? '')
  const [isBusy, setBusy] = useState(false)
  const change = async (changes: Partial<InstanceSettings>): Promise<void> => {
    setBusy(true)
    try {
      await changeInstanceSettings(changes)
      // Every text of the page is in the old language.
      if (changes.locale) location.reload()
      else notify(texts.saved)
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  const isChanged = name.trim() !== (settings.public_name ?? '')
  return (
    <>
      <form class="line" onSubmit={event => { event.preventDefault(); void change({ public_name: name.trim() }) }}>
        <Field label={texts.publicName} hint={texts.publicNameHint} value={name} onInput={setName} maxLength={100} autocomplete="name" />
        <Button type="submit" kind="main" disabled={!isChanged} busy={isBusy}>{texts.save}</Button>
      </form>
      <div class="line">
        <div>
          <strong>{texts.email}</strong>
          <p class="soft">{settings.email || texts.noEmail}</p>
        </div>
        <a href={instanceUrl('/auth/security')}>{texts.changeEmail}</a>
      </div>
      <div class="pair">
        <Select label={texts.language} value={settings.locale} choices={languages} disabled={isBusy} onChange={locale => void change({ locale })} />
        <Select label={texts.zone} value={settings.tz || deviceZone} choices={zones(settings.tz)} disabled={isBusy} onChange={tz => void change({ tz })} />
      </div>
    </>
  )
}

const deviceZone = Intl.DateTimeFormat().resolvedOptions().timeZone

function zones(current: string | undefined): { value: string; label: string }[] {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), deviceZone, ...(current ? [current] : [])])
  return [...known].sort().map(zone => ({ value: zone, label: zone.replaceAll('_', ' ') }))
}
