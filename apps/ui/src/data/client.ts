import { ApiError, OfflineError, isTokenRefused } from './errors.ts'
import { instanceUrl, readSession, session } from './session.ts'

export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

let token = session.token

/** The token of this page as it is now; one that is used up is replaced when the server says so. */
export const currentToken = (): string => token

/** Takes a token that somebody else has got for this page. */
export const useToken = (next: string): void => {
  token = next
}

/** The address of a call, with its query. */
export function addressOf(path: string, query: Call['query'] = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined)
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return instanceUrl(path) + (text && (path.includes('?') ? '&' : '?') + text)
}

/**
 * Calls the instance.
 * @throws ApiError when the server refuses, OfflineError when it cannot be reached.
 */
export async function call(method: string, path: string, options: Call = {}): Promise<Response> {
  const response = await send(method, path, options)
  if (response.ok) return response
  const refusal = await ApiError.from(response)
  if (!isTokenRefused(refusal) || !(await renewToken())) throw refusal
  const second = await send(method, path, options)
  if (!second.ok) throw await ApiError.from(second)
  return second
}

/** Calls the instance and reads the JSON it answers; undefined for none. */
export async function callJson<T>(method: string, path: string, options: Call = {}): Promise<T> {
  const response = await call(method, path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

async function send(method: string, path: string, { query, json, body, headers, signal }: Call): Promise<Response> {
  const init: RequestInit = {
    method,
    credentials: 'include',
    headers: {
      Accept: 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
  }
  if (json !== undefined) init.body = JSON.stringify(json)
  else if (body !== undefined) init.body = body
  if (signal) init.signal = signal
  try {
    return await fetch(addressOf(path, query), init)
  } catch (error) {
    throw error instanceof TypeError ? new OfflineError(error) : error
  }
}

let renewal: Promise<boolean> | undefined

/** Asks the page's own host for a new token; tells whether there is one. Who is no longer logged in is sent to the login. */
export function renewToken(): Promise<boolean> {
  renewal ??= askForToken().finally(() => (renewal = undefined))
  return renewal
}

async function askForToken(): Promise<boolean> {
  if (!session.isLoggedIn) return false
  try {
    const page = await fetch('/?refreshToken', { credentials: 'include', redirect: 'manual' })
    if (page.type === 'opaqueredirect') {
      // The session is over. The page itself is led to the login, and back.
      location.reload()
      return false
    }
    const renewed = readSession(new DOMParser().parseFromString(await page.text(), 'text/html')).token
    const isNew = renewed !== '' && renewed !== token
    if (isNew) token = renewed
    return isNew
  } catch {
    return false
  }
}
