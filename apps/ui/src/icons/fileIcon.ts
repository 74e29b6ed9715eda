import type { FileAttributes } from '../data/files.ts'
import { IconFile, IconFolder, IconImage, IconMusic, IconText, IconVideo, IconZip, type IconType } from './icons.tsx'

const byClass: Readonly<Record<string, IconType>> = {
  image: IconImage,
  video: IconVideo,
  audio: IconMusic,
  text: IconText,
  pdf: IconText,
  zip: IconZip,
}

/** The picture for a kind of file. */
export const fileIcon = (file: Pick<FileAttributes, 'type' | 'class'>): IconType =>
  file.type === 'directory' ? IconFolder : (byClass[file.class ?? ''] ?? IconFile)
