import { AppIcon, ButtonLink, EmptyState, IconChevronRight, IconLink, IconStore, appUrl, formatWhen } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { connectorName, errorOf, isRunning, labelOf, lastSuccessOf, serviceOf, type Connection, type Connector, type Known } from './data.ts'
import { explainProblem } from './problems.ts'
import { texts } from './texts.ts'

/** The accounts that are connected, and the connectors that could have one. */
export const AccountList = ({ known: { connectors, connections } }: { known: Known }): JSX.Element => (
  <div class="accounts">
    <h1 class="visually-hidden">{texts.name}</h1>
    <p class="soft">{texts.intro}</p>
    {connections.length > 0 && (
      <section>
        <h2>{texts.yours}</h2>
        <ul class="accounts__rows">{connections.map(connection => <li key={connection.account._id}><AccountRow connection={connection} /></li>)}</ul>
      </section>
    )}
    {connectors.length === 0
      ? <EmptyState icon={IconStore} title={texts.noConnectors}><p>{texts.noConnectorsText}</p><ButtonLink kind="main" icon={IconStore} href={appUrl('store', '/connectors')}>{texts.find}</ButtonLink></EmptyState>
      : (
        <section>
          {connections.length === 0 && <EmptyState icon={IconLink} title={texts.none}>{texts.noneText}</EmptyState>}
          <h2>{connections.length === 0 ? texts.connectors : texts.add}</h2>
          <ul class="accounts__rows">{connectors.map(connector => <li key={connector.id}><ConnectorRow connector={connector} /></li>)}</ul>
          <p><ButtonLink icon={IconStore} href={appUrl('store', '/connectors')}>{texts.find}</ButtonLink></p>
        </section>
      )}
  </div>
)

function AccountRow({ connection }: { connection: Connection }): JSX.Element {
  const label = labelOf(connection.account)
  return (
    <a class="account-row card" href={`#/account/${encodeURIComponent(connection.account._id)}`}>
      <ServiceIcon connector={connection.connector} name={serviceOf(connection)} />
      <span class="account-row__text">
        <strong class="clip">{serviceOf(connection)}</strong>
        {label && <span class="soft small clip">{label}</span>}
        <Standing connection={connection} />
      </span>
      <IconChevronRight size={20} />
    </a>
  )
}

const ConnectorRow = ({ connector }: { connector: Connector }): JSX.Element => (
  <a class="account-row card" href={`#/connector/${connector.attributes.slug}`}>
    <ServiceIcon connector={connector} name={connectorName(connector)} />
    <span class="account-row__text">
      <strong class="clip">{connectorName(connector)}</strong>
      <span class="soft small">{texts.setUp}</span>
    </span>
    <IconChevronRight size={20} />
  </a>
)

export const ServiceIcon = ({ connector, name, size = 44 }: { connector: Connector | undefined; name: string; size?: number }): JSX.Element =>
  connector ? <AppIcon app={connector} name={name} size={size} /> : <AppIcon name={name} size={size} />

/** How it stands with an account, in a few words. */
function Standing({ connection }: { connection: Connection }): JSX.Element {
  const error = errorOf(connection)
  const success = lastSuccessOf(connection)
  if (!connection.connector) return <span class="small bad">{texts.notInstalled}</span>
  if (isRunning(connection)) return <span class="small">{texts.running}</span>
  if (error) return <span class="small bad">{explainProblem(error, serviceOf(connection)).title}</span>
  return <span class="soft small">{success ? texts.lastSuccess(formatWhen(success)) : texts.neverRun}</span>
}
