import {
  Button, ButtonLink, Confirm, EmptyState, Field, IconAlert, IconArrowLeft, IconCheckCircle, IconClock, IconEdit, IconExternal, IconFolder, IconLink, IconRefresh,
  IconStore, IconTrash, Progress, appUrl, formatWhen, go, instanceUrl, notify, notifyError,
} from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { AccountForm } from './AccountForm.tsx'
import { ServiceIcon } from './AccountList.tsx'
import {
  changeSignIn, disconnect, errorOf, fieldsOfConnector, folderOf, hasOAuth, isRunning, labelOf, lastSuccessOf, needsCode, run, sendCode, serviceOf, type Connection,
} from './data.ts'
import { explainProblem, type Remedy } from './problems.ts'
import { texts } from './texts.ts'

/** Everything about one account, and what one can do with it. */
export function AccountView({ connection }: { connection: Connection | undefined }): JSX.Element {
  const [isChanging, setChanging] = useState(false)
  if (!connection) return <EmptyState icon={IconLink} title={texts.unknown}><a href="#/">{texts.back}</a></EmptyState>
  const { account, connector } = connection
  const service = serviceOf(connection)
  const label = labelOf(account)
  const change = async (values: Readonly<Record<string, string>>): Promise<void> => {
    try {
      await changeSignIn(account, values)
      await run(connection)
      notify(texts.saved)
      setChanging(false)
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <article class="accounts account">
      <BackLink />
      <header class="account__head">
        <ServiceIcon connector={connector} name={service} size={72} />
        <div><h1>{service}</h1>{label && <p class="soft">{label}</p>}</div>
      </header>
      <State connection={connection} isChanging={isChanging} onSignIn={connector && !hasOAuth(connector) ? () => setChanging(true) : undefined} />
      {isChanging && connector
        ? (
          <section class="card account__form">
            <h2>{texts.changeSignIn}</h2>
            <p class="soft">{texts.formText}</p>
            <AccountForm fields={fieldsOfConnector(connector)} known={account.auth ?? {}} action={texts.save} onSubmit={change} />
          </section>
        )
        : <Actions connection={connection} onChange={() => setChanging(true)} />}
    </article>
  )
}

export const BackLink = (): JSX.Element => <a class="account__back" href="#/"><IconArrowLeft size={20} /> {texts.back}</a>

/** What the connector is doing, or how it ended; screen readers are told when that changes. */
function State({ connection, isChanging, onSignIn }: FailureProps): JSX.Element {
  const error = errorOf(connection)
  const success = lastSuccessOf(connection)
  const service = serviceOf(connection)
  return (
    <section class="card account__state" role="status" aria-label={texts.working}>
      {!connection.connector
        ? <><p class="account__line bad"><IconAlert size={22} /> <strong>{texts.notInstalled}</strong></p><div><ButtonLink icon={IconStore} href={appUrl('store', `/discover/${connection.account.account_type}`)}>{texts.installAgain}</ButtonLink></div></>
        : needsCode(connection)
          ? <CodeForm connection={connection} />
          : isRunning(connection)
            ? <><p><strong>{texts.running}</strong></p><Progress label={texts.running} /><p class="soft small">{texts.runningText}</p></>
            : error
              ? <Failure connection={connection} error={error} isChanging={isChanging} onSignIn={onSignIn} />
              : success
                ? <p class="account__line good"><IconCheckCircle size={22} /> <strong>{texts.fetched}</strong></p>
                : <p class="account__line"><IconClock size={22} /> <strong>{texts.neverRun}</strong></p>}
      {success && !isRunning(connection) && <p class="soft small">{texts.lastSuccess(formatWhen(success))}</p>}
      <span class="visually-hidden">{service}</span>
    </section>
  )
}

interface FailureProps {
  readonly connection: Connection
  /** The form to sign in is open already. */
  readonly isChanging: boolean
  /** Opens it; undefined where the service itself asks. */
  readonly onSignIn: (() => void) | undefined
}

function Failure({ connection, error, isChanging, onSignIn }: FailureProps & { readonly error: string }): JSX.Element {
  const problem = explainProblem(error, serviceOf(connection))
  return (
    <>
      <p class="account__line bad"><IconAlert size={22} /> <strong>{problem.title}</strong></p>
      <p>{problem.text}</p>
      {!isChanging && <RemedyButton remedy={problem.remedy} connection={connection} onSignIn={onSignIn} />}
    </>
  )
}

function RemedyButton({ remedy, connection: { connector, account }, onSignIn }: { remedy: Remedy; connection: Connection; onSignIn: (() => void) | undefined }): JSX.Element | null {
  const site = connector?.attributes.vendor_link
  if (remedy === 'signIn') {
    return onSignIn
      ? <div><Button kind="main" icon={IconEdit} onClick={onSignIn}>{texts.changeSignIn}</Button></div>
      : <div><ButtonLink kind="main" icon={IconLink} href={oauthAddress(account.account_type!)}>{texts.goTo(serviceOf({ connector, account, trigger: undefined }))}</ButtonLink></div>
  }
  if (remedy === 'provider' && site && /^https?:/.test(site)) return <div><ButtonLink icon={IconExternal} target="_blank" href={site}>{texts.visit}</ButtonLink></div>
  if (remedy === 'storage') return <div><ButtonLink href={appUrl('settings')}>{texts.moreRoom}</ButtonLink></div>
  if (remedy === 'store') return <div><ButtonLink icon={IconStore} href={appUrl('store', `/discover/${account.account_type}`)}>{texts.installAgain}</ButtonLink></div>
  return null
}

/** Where a service that is let in by OAuth asks the owner; it comes back to this app. */
export const oauthAddress = (type: string): string =>
  instanceUrl(`/accounts/${encodeURIComponent(type)}/start?slug=accounts&state=${encodeURIComponent(type)}`)

function CodeForm({ connection }: { connection: Connection }): JSX.Element {
  const [code, setCode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const submit = async (): Promise<void> => {
    setBusy(true)
    try {
      await sendCode(connection.account, code.trim())
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="sign-in" onSubmit={event => { event.preventDefault(); void submit() }}>
      <p><strong>{texts.codeTitle(serviceOf(connection))}</strong></p>
      <p>{texts.codeText}</p>
      <Field label={texts.code} value={code} onInput={setCode} required maxLength={100} spellcheck={false} autocomplete="one-time-code" />
      <div><Button type="submit" kind="main" busy={isBusy} disabled={code.trim() === ''}>{texts.sendCode}</Button></div>
    </form>
  )
}

function Actions({ connection, onChange }: { connection: Connection; onChange: () => void }): JSX.Element {
  const [isLeaving, setLeaving] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const { account, connector } = connection
  const service = serviceOf(connection)
  const folder = folderOf(connection)
  const act = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    setBusy(true)
    try {
      await work()
      notify(done)
      return true
    } catch (error) {
      notifyError(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  const leave = async (): Promise<void> => {
    if (await act(() => disconnect(account), texts.disconnected(service))) go('/', true)
    else setLeaving(false)
  }
  return (
    <div class="account__actions">
      {connector && !connector.attributes.clientSide && <Button icon={IconRefresh} busy={isBusy} disabled={isRunning(connection)} onClick={() => void act(() => run(connection), texts.started)}>{texts.runNow}</Button>}
      {folder && <ButtonLink icon={IconFolder} href={appUrl('drive', `/folder/${folder}`)}>{texts.folder}</ButtonLink>}
      {connector && !hasOAuth(connector) && fieldsOfConnector(connector).some(({ kind }) => kind !== 'hidden') && <Button icon={IconEdit} onClick={onChange}>{texts.changeSignIn}</Button>}
      <Button icon={IconTrash} onClick={() => setLeaving(true)}>{texts.disconnect}</Button>
      {isLeaving && (
        <Confirm danger busy={isBusy} title={texts.disconnectTitle(service)} action={texts.disconnect} onConfirm={() => void leave()} onClose={() => setLeaving(false)}>
          <p>{texts.disconnectText}</p>
        </Confirm>
      )}
    </div>
  )
}
