import {
  addDocument, appName, callJson, compareNames, connectorsDoctype, deleteDocument, listConnectors, listDocuments, locale, putDocument, useQuery,
  type AppAttributes, type AppResource, type AppTexts, type Document, type Many, type One, type Query, type Resource,
} from '@cozy-apps/ui'
import { fieldsOf, identifierOf, type AccountField, type FieldTexts } from './fields.ts'

export const accountsDoctype = 'io.cozy.accounts'
const triggersDoctype = 'io.cozy.triggers'
const jobsDoctype = 'io.cozy.jobs'
const worker = 'konnector'

type Values = Readonly<Record<string, unknown>>

interface AccountData {
  readonly account_type?: string
  readonly name?: string
  readonly identifier?: string
  readonly auth?: Values
  readonly oauth?: Values
  /** What the running connector waits for: `TWOFA_NEEDED` for a code. */
  readonly state?: string | null
  readonly twoFACode?: string
}

/** An account at another service. */
export type Account = AccountData & Document

interface TriggerAttributes {
  readonly message?: { readonly account?: string; readonly konnector?: string; readonly folder_to_save?: string }
  readonly current_state?: {
    readonly status?: 'queued' | 'running' | 'done' | 'errored'
    readonly last_error?: string
    readonly last_success?: string
    readonly last_execution?: string
  }
}

/** What has a connector run for an account. */
export type Trigger = Resource<TriggerAttributes>

/** A connector as its manifest describes it. */
export type Connector = AppResource & {
  readonly attributes: AppAttributes & {
    readonly fields?: unknown
    readonly oauth?: unknown
    readonly clientSide?: boolean
    readonly vendor_link?: string
  }
}

/** An account with what belongs to it. */
export interface Connection {
  readonly account: Account
  /** Undefined when it is not installed any more. */
  readonly connector: Connector | undefined
  readonly trigger: Trigger | undefined
}

export interface Known {
  readonly connectors: readonly Connector[]
  readonly connections: readonly Connection[]
}

async function readKnown(signal: AbortSignal): Promise<Known> {
  const [connectors, accounts, triggers] = await Promise.all([
    listConnectors(signal) as Promise<Connector[]>,
    listDocuments<AccountData>(accountsDoctype, signal),
    callJson<Many<TriggerAttributes>>('GET', '/jobs/triggers', { query: { Worker: worker }, signal }),
  ])
  const connections = accounts.filter(account => account.account_type).map(account => ({
    account,
    connector: connectors.find(({ attributes }) => attributes.slug === account.account_type),
    trigger: triggers.data.find(({ attributes }) => attributes.message?.account === account._id),
  }))
  return {
    connectors: connectors.sort((left, right) => compareNames(connectorName(left), connectorName(right))),
    connections: connections.sort((left, right) => compareNames(titleOf(left), titleOf(right))),
  }
}

/** The connectors and accounts, kept up to date. */
export const useKnown = (): Query<Known> => useQuery(readKnown, [], [accountsDoctype, triggersDoctype, jobsDoctype, connectorsDoctype])

export const connectorName = (connector: Connector): string => appName(connector.attributes, locale)

/** The name of the service that an account is at. */
export const serviceOf = ({ connector, account }: Connection): string => (connector ? connectorName(connector) : account.account_type ?? '')

/** What tells an account from others at the same service; empty when nothing does. */
export function labelOf({ auth, name, identifier }: Account): string {
  const values = [auth?.accountName, name, identifier && auth?.[identifier], auth?.login, auth?.email]
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? ''
}

const titleOf = (connection: Connection): string => `${serviceOf(connection)} ${labelOf(connection.account)}`

/** What a connector says of itself in the owner's language. */
export const wordsOf = ({ attributes }: Connector): AppTexts & { readonly fields?: FieldTexts } => ({ ...attributes, fields: {}, ...attributes.locales?.en, ...attributes.locales?.[locale] })

export const fieldsOfConnector = (connector: Connector): AccountField[] => fieldsOf(connector.attributes.fields, wordsOf(connector).fields)

/** Whether the service itself asks the owner whether it may be let in. */
export const hasOAuth = ({ attributes }: Connector): boolean => attributes.oauth !== undefined && attributes.oauth !== null

export const isRunning = ({ trigger }: Connection): boolean => ['queued', 'running'].includes(trigger?.attributes.current_state?.status ?? '')

/** Why the last run failed; undefined when it did not, or none has ended yet. */
export function errorOf({ trigger }: Connection): string | undefined {
  const state = trigger?.attributes.current_state
  return state?.status === 'errored' ? state.last_error || 'UNKNOWN_ERROR' : undefined
}

export const lastSuccessOf = ({ trigger }: Connection): string | undefined => trigger?.attributes.current_state?.last_success

/** The folder that the connector fills, once it has one. */
export function folderOf({ trigger }: Connection): string | undefined {
  const folder = trigger?.attributes.message?.folder_to_save
  // Until the first run the trigger only says that there will be one.
  return folder && folder !== 'yes' ? folder : undefined
}

/** Whether the running connector waits for a code that the service has sent to the owner. */
export const needsCode = (connection: Connection): boolean => isRunning(connection) && (connection.account.state?.startsWith('TWOFA_NEEDED') ?? false)

/** Keeps a new account and has its connector run for it, now and from then on. */
export async function connect(connector: Connector, values: Readonly<Record<string, string>>): Promise<Account> {
  const account = await addDocument<AccountData>(accountsDoctype, {
    account_type: connector.attributes.slug,
    auth: values,
    identifier: identifierOf(fieldsOfConnector(connector)) ?? 'login',
    state: null,
  })
  await start(connector, account._id)
  return account
}

/** Has a connector run for an account, now and from then on. */
export const start = (connector: Connector, account: string): Promise<One<TriggerAttributes>> =>
  callJson('POST', `/konnectors/${connector.attributes.slug}/trigger`, { query: { AccountID: account, ExecNow: true } })

/** Changes what an account is opened with; what is not given stays. */
export const changeSignIn = (account: Account, values: Readonly<Record<string, string>>): Promise<Account> =>
  putDocument<Account>(accountsDoctype, { ...account, state: null, auth: { ...account.auth, ...values } })

/** Gives the running connector the code it waits for. */
export const sendCode = (account: Account, code: string): Promise<Account> => putDocument<Account>(accountsDoctype, { ...account, twoFACode: code })

/** Has the connector of an account run now. */
export async function run({ trigger, connector, account }: Connection): Promise<void> {
  if (trigger) await callJson('POST', `/jobs/triggers/${trigger.id}/launch`)
  else if (connector) await start(connector, account._id)
}

/** Forgets an account; what has its connector run goes with it. */
export const disconnect = (account: Account): Promise<void> => deleteDocument(accountsDoctype, account)
