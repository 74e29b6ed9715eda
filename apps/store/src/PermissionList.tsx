import type { JSX } from 'preact'
import type { Plain } from './permissions.ts'
import { texts } from './texts.ts'

/** What an app may see and do, in plain words. */
export const PermissionList = ({ permissions }: { permissions: readonly Plain[] }): JSX.Element =>
  permissions.length === 0
    ? <p class="soft">{texts.mayNothing}</p>
    : (
      <ul class="permissions">
        {permissions.map(({ key, thing, verbs, why }) => (
          <li key={key}>
            <strong>{thing}</strong>
            <span class="permissions__verbs">{verbs}</span>
            {why && <span class="soft small">{why}</span>}
          </li>
        ))}
      </ul>
    )
