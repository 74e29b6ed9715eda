import { ApiError, OfflineError } from '../data/errors.ts'
import { common } from './common.ts'

/** What went wrong, for people. */
export function explain(error: unknown): string {
  if (error instanceof OfflineError) return common.offline
  if (!(error instanceof ApiError)) return common.failed
  if (error.status === 401 || error.status === 403) return common.forbidden
  if (error.status === 404) return common.notFound
  if (error.status === 409 || error.status === 412) return common.conflict
  if (error.status === 413) return common.noRoom
  return error.status >= 500 ? common.serverFailed : `${common.failed} (${error.message})`
}
