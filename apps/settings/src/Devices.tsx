import { Button, Confirm, IconDevice, Loaded, callJson, formatWhen, notify, notifyError, useQuery, type Many, type Resource } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

const doctype = 'io.cozy.oauth.clients'

interface Client {
  readonly client_name: string
  readonly client_kind?: string
  readonly software_id?: string
  readonly synchronized_at?: string
}

const readClients = async (signal: AbortSignal): Promise<readonly Resource<Client>[]> =>
  (await callJson<Many<Client>>('GET', '/settings/clients', { query: { 'page[limit]': 1000 }, signal })).data

/** The devices and programs that may reach the Cozy. */
export function Devices(): JSX.Element {
  const clients = useQuery(readClients, [], [doctype])
  const [leaving, setLeaving] = useState<Resource<Client>>()
  const [isBusy, setBusy] = useState(false)
  const revoke = async ({ id, attributes }: Resource<Client>): Promise<void> => {
    setBusy(true)
    try {
      await callJson('DELETE', `/settings/clients/${id}`)
      notify(texts.revoked(attributes.client_name))
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
      setLeaving(undefined)
      clients.reload()
    }
  }
  return (
    <Part id="devices" title={texts.devices} icon={IconDevice}>
      <Loaded query={clients}>
        {all => all.length === 0
          ? <p class="soft">{texts.noDevices}</p>
          : (
            <ul class="entries">
              {all.map(client => (
                <li key={client.id}>
                  <div>
                    <strong>{client.attributes.client_name}</strong>
                    <p class="soft small">
                      {[client.attributes.client_kind, client.attributes.synchronized_at && texts.synchronized(formatWhen(client.attributes.synchronized_at))].filter(Boolean).join(' · ')}
                    </p>
                  </div>
                  <Button small onClick={() => setLeaving(client)}>{texts.revoke}</Button>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      {leaving && (
        <Confirm danger busy={isBusy} title={texts.revokeTitle(leaving.attributes.client_name)} action={texts.revoke} onConfirm={() => void revoke(leaving)} onClose={() => setLeaving(undefined)}>
          <p>{texts.revokeText}</p>
        </Confirm>
      )}
    </Part>
  )
}
