import { appUrl, type FileResource } from '@cozy-apps/ui'

/** Where the app Files shows a file or folder. */
export const fileUrl = ({ id, attributes }: FileResource): string =>
  appUrl('drive', attributes.type === 'directory' ? `/folder/${id}` : `/folder/${attributes.dir_id}/file/${id}`)
