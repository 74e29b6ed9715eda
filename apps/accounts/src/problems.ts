import { texts } from './texts.ts'

/** What the owner can do about a problem. */
export type Remedy = 'signIn' | 'retry' | 'wait' | 'provider' | 'store' | 'storage'

/** Why a connector failed, for people. */
export interface Problem {
  readonly title: string
  readonly text: string
  readonly remedy: Remedy
}

const remedies: Readonly<Record<keyof typeof texts.problems, Remedy>> = {
  LOGIN_FAILED: 'signIn',
  'LOGIN_FAILED.NEEDS_SECRET': 'signIn',
  'LOGIN_FAILED.TOO_MANY_ATTEMPTS': 'provider',
  CHALLENGE_ASKED: 'provider',
  USER_ACTION_NEEDED: 'provider',
  'USER_ACTION_NEEDED.CHANGE_PASSWORD': 'provider',
  'USER_ACTION_NEEDED.ACCOUNT_REMOVED': 'provider',
  'USER_ACTION_NEEDED.OAUTH_OUTDATED': 'signIn',
  'USER_ACTION_NEEDED.TWOFA_EXPIRED': 'retry',
  'USER_ACTION_NEEDED.WRONG_TWOFA_CODE': 'retry',
  'USER_ACTION_NEEDED.CGU_FORM': 'provider',
  VENDOR_DOWN: 'wait',
  MAINTENANCE: 'wait',
  NOT_EXISTING_DIRECTORY: 'retry',
  DISK_QUOTA_EXCEEDED: 'storage',
  TERMS_VERSION_MISMATCH: 'store',
  LIMIT: 'retry',
}

/** What the server says of a program that went over a limit, or over its time. */
const limits = /^The program (?:used|wrote|made) more|time(?:d out|out| limit)|took too long/i

/**
 * Explains the error of a connector's job. Errors are words that connectors share, made more precise behind dots
 * (`LOGIN_FAILED.TOO_MANY_ATTEMPTS`); the most precise one that is known counts.
 */
export function explainProblem(error: string, connector: string): Problem {
  const known = texts.problems
  for (let code = error.trim().split(/[\s:]/, 1)[0]!; code !== ''; code = code.slice(0, Math.max(0, code.lastIndexOf('.')))) {
    if (Object.hasOwn(known, code)) return problemOf(code as keyof typeof known, connector)
  }
  if (limits.test(error)) return problemOf('LIMIT', connector)
  return { title: texts.unknownProblem, text: texts.unknownProblemText(connector, error.slice(0, 300)), remedy: 'retry' }
}

function problemOf(code: keyof typeof texts.problems, connector: string): Problem {
  const { title, text } = texts.problems[code]
  return { title, text: text(connector), remedy: remedies[code] }
}
