import { linkAddress, type ShareLink } from '../data/links.ts'

/** Puts the address of a link into the clipboard; tells whether the browser let us. */
export async function copyLink(link: ShareLink): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(linkAddress(link))
    return true
  } catch {
    return false
  }
}
