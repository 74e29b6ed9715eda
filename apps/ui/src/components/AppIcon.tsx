import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { appIcon, type AppResource } from '../data/apps.ts'

/** The picture of an app: its own, or its first letter as long as there is none. */
export function AppIcon({ app, name, size = 56, src }: { app?: AppResource; name?: string; src?: string; size?: number }): JSX.Element {
  const [failed, setFailed] = useState<string>()
  const address = src ?? (app && appIcon(app))
  const style = { inlineSize: `${size}px`, blockSize: `${size}px` }
  if (!address || failed === address) return <AppLetter name={name ?? app?.attributes.name ?? '?'} size={size} />
  return <img class="app-icon" src={address} alt="" style={style} loading="lazy" onError={() => setFailed(address)} />
}

/** The first letter of an app, in a colour that is always the same for it. */
export function AppLetter({ name, size = 56 }: { name: string; size?: number }): JSX.Element {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 360, 7)
  return (
    <span class="app-icon app-icon--letter" aria-hidden="true" style={{ inlineSize: `${size}px`, blockSize: `${size}px`, fontSize: `${size * 0.45}px`, background: `oklch(0.5 0.11 ${hue})` }}>
      {[...name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  )
}
