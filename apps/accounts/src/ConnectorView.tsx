import { ButtonLink, EmptyState, IconLink, IconStore, appUrl, go, notify, notifyError } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { AccountForm } from './AccountForm.tsx'
import { ServiceIcon } from './AccountList.tsx'
import { BackLink, oauthAddress } from './AccountView.tsx'
import { connect, connectorName, fieldsOfConnector, hasOAuth, wordsOf, type Connector } from './data.ts'
import { texts } from './texts.ts'

/** Connects an account with a connector. */
export function ConnectorView({ connector, slug }: { connector: Connector | undefined; slug: string }): JSX.Element {
  if (!connector) {
    return (
      <EmptyState icon={IconLink} title={texts.unknownConnector}>
        <ButtonLink icon={IconStore} href={appUrl('store', `/discover/${slug}`)}>{texts.installAgain}</ButtonLink>
      </EmptyState>
    )
  }

  const service = connectorName(connector)
  return (
    <article class="accounts account">
      <BackLink />
      <header class="account__head">
        <ServiceIcon connector={connector} name={service} size={72} />
        <div><h1>{service}</h1><p class="soft">{wordsOf(connector).short_description}</p></div>
      </header>
      <section class="card account__form"><SignIn key={slug} connector={connector} service={service} /></section>
    </article>
  )
}

function SignIn({ connector, service }: { connector: Connector; service: string }): JSX.Element {
  if (connector.attributes.clientSide) return <p>{texts.onDevice}</p>
  if (hasOAuth(connector)) {
    return (
      <>
        <p>{texts.oauthText(service)}</p>
        <div><ButtonLink kind="main" icon={IconLink} href={oauthAddress(connector.attributes.slug)}>{texts.goTo(service)}</ButtonLink></div>
      </>
    )
  }

  const fields = fieldsOfConnector(connector)
  const isAsking = fields.some(({ kind }) => kind !== 'hidden')
  const submit = async (values: Readonly<Record<string, string>>): Promise<void> => {
    try {
      const account = await connect(connector, values)
      notify(texts.saved)
      go(`/account/${encodeURIComponent(account._id)}`, true)
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <>
      <h2>{texts.formTitle(service)}</h2>
      <p class="soft">{isAsking ? texts.formText : texts.nothingAsked}</p>
      <AccountForm fields={fields} action={texts.setUp} onSubmit={submit} />
    </>
  )
}
