/** The server could not be reached. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError'

  constructor(cause?: unknown) {
    super('The server cannot be reached', { cause })
  }
}

/** The server refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(readonly status: number, message: string, readonly code = '') {
    super(message)
  }

  /** Reads what the server says, in any of its formats. */
  static async from(response: Response): Promise<ApiError> {
    return ApiError.parse(response.status, await response.text().catch(() => ''))
  }

  static parse(status: number, text: string): ApiError {
    try {
      const body = JSON.parse(text) as {
        errors?: { title?: string; detail?: string; code?: string }[]
        error?: string
        reason?: string
      }
      const first = body.errors?.[0]
      return new ApiError(status, first?.detail ?? first?.title ?? body.reason ?? body.error ?? `${status}`, first?.code ?? body.error ?? '')
    } catch {
      return new ApiError(status, text.slice(0, 200) || `${status}`)
    }
  }
}

/** Whether the server says that there is no such thing. */
export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404

/** Whether the token was refused: it is used up, or its session is over. */
export const isTokenRefused = (error: ApiError): boolean =>
  error.status === 401 || (error.status === 400 && /(expired|invalid)( jwt)? token/i.test(error.message))

/** Whether somebody else was first. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && (error.status === 409 || error.status === 412)
