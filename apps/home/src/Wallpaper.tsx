import { callJson, createFolder, fileAt, instanceUrl, rootFolder, uploadFile, useQuery } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import type { Scene } from './homeSettings.ts'

const path = '/Settings/Home/Wallpaper'

/** What lies behind the page: a drawn landscape in the colours of the scheme, or the owner's picture. */
export function Wallpaper({ scene }: { scene: Scene | 'own' }): JSX.Element {
  return (
    <div class={`wallpaper wallpaper--${scene}`} aria-hidden="true">
      {scene === 'own' ? <OwnPicture /> : scene !== 'plain' && <Landscape />}
    </div>
  )
}

function OwnPicture(): JSX.Element | null {
  const picture = useQuery(pictureUrl, [], [])
  return picture.data ? <img src={picture.data} alt="" /> : null
}

async function pictureUrl(signal: AbortSignal): Promise<string> {
  const answer = await callJson<{ links: { related: string } }>('POST', '/files/downloads', { query: { Path: path }, signal })
  return instanceUrl(answer.links.related)
}

export const Landscape = (): JSX.Element => (
  <svg viewBox="0 0 1600 900" preserveAspectRatio="xMidYMax slice" focusable="false">
    <g class="wp-stars">
      <circle cx="160" cy="120" r="2" /><circle cx="330" cy="60" r="1.5" /><circle cx="470" cy="190" r="2" /><circle cx="640" cy="90" r="1.5" />
      <circle cx="820" cy="150" r="2" /><circle cx="990" cy="50" r="1.5" /><circle cx="1130" cy="200" r="2" /><circle cx="1420" cy="110" r="2" />
      <circle cx="1520" cy="260" r="1.5" /><circle cx="70" cy="300" r="1.5" /><circle cx="560" cy="310" r="1.5" /><circle cx="1250" cy="330" r="1.5" />
    </g>
    <circle class="wp-halo" cx="1240" cy="430" r="150" /><circle class="wp-halo" cx="1240" cy="430" r="105" />
    <circle class="wp-orb" cx="1240" cy="430" r="66" />
    <path class="wp-far" d="M0 640c220-120 420-130 640-60s420 60 620-20 260-60 340-30v370H0Z" />
    <path class="wp-mid" d="M0 730c260-110 480-100 720-40s460 50 880-90v300H0Z" />
    <path class="wp-near" d="M0 820c300-90 620-70 880-40s480 30 720-60v180H0Z" />
  </svg>
)

/** Keeps a picture as the owner's, and gives it its place in the files when there is none. */
export async function keepPicture(picture: File): Promise<void> {
  const current = await fileAt(path)
  if (current) {
    await uploadFile({ file: current.id, name: 'Wallpaper', content: picture })
    return
  }
  const settings = (await fileAt('/Settings')) ?? (await createFolder(rootFolder, 'Settings'))
  const home = (await fileAt('/Settings/Home')) ?? (await createFolder(settings.id, 'Home'))
  await uploadFile({ folder: home.id, name: 'Wallpaper', content: picture })
}
