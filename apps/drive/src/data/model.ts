import { foldText, trashFolder, type FileAttributes, type FileResource } from '@cozy-apps/ui'

/** What a file is to a person; decides its picture and how it is shown. */
export type Kind = 'folder' | 'image' | 'video' | 'audio' | 'pdf' | 'markdown' | 'text' | 'sheet' | 'slides' | 'document' | 'archive' | 'other'

const byMime: readonly (readonly [RegExp, Kind])[] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/^application\/pdf$/, 'pdf'],
  [/markdown/, 'markdown'],
  [/spreadsheet|ms-excel|text\/csv/, 'sheet'],
  [/presentation|ms-powerpoint/, 'slides'],
  [/msword|wordprocessing|opendocument\.text|rtf/, 'document'],
  [/zip|compressed|x-tar|gzip|x-rar|x-7z/, 'archive'],
  [/^text\/|json|xml|javascript|yaml|toml|x-sh\b/, 'text'],
]

const textNames = /\.(txt|log|ini|conf|cfg|csv|tsv|json|xml|ya?ml|toml|sh|bat|ps1|py|rb|js|ts|tsx|jsx|css|html?|c|h|cpp|cs|go|rs|java|kt|sql|tex|srt|vtt|env|gitignore)$/i

export const isFolder = (file: FileResource): boolean => file.attributes.type === 'directory'

export function kindOf(file: FileResource): Kind {
  if (isFolder(file)) return 'folder'
  const { name, mime = '' } = file.attributes
  if (/\.(md|markdown)$/i.test(name)) return 'markdown'
  const found = byMime.find(([pattern]) => pattern.test(mime))?.[1]
  return found ?? (textNames.test(name) ? 'text' : 'other')
}

/** Whether its content is text that can be edited here. */
export const isText = (file: FileResource): boolean => {
  const kind = kindOf(file)
  return kind === 'text' || kind === 'markdown' || (kind === 'sheet' && /csv/.test(file.attributes.mime ?? ''))
}

/** In bytes; undefined for folders. */
export const sizeOf = (file: FileResource): number | undefined =>
  file.attributes.size === undefined ? undefined : Number(file.attributes.size)

export const isFavorite = (file: FileResource): boolean => file.attributes.cozyMetadata?.favorite === true

/** Whether it is in the trash. */
export const isTrashed = (file: FileResource): boolean =>
  file.attributes.trashed === true || file.attributes.dir_id === trashFolder || (file.attributes.path?.startsWith('/.cozy_trash/') ?? false)

/** A name as the part that is a name and the part that tells the type. */
export function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' }
}

/** A name like this one that is not taken: `trip.jpg`, `trip (2).jpg`, … */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  const { stem, extension } = splitName(name)
  for (let number = 2; ; number++) {
    const next = `${stem} (${number})${extension}`
    if (!isTaken(next)) return next
  }
}

/** Why a name cannot be one; undefined when it can. */
export function wrongName(name: string): 'empty' | 'slash' | 'long' | 'dots' | undefined {
  if (name.trim() === '') return 'empty'
  if (name === '.' || name === '..') return 'dots'
  if (/[/\n\r\0]/.test(name)) return 'slash'
  return new TextEncoder().encode(name).length > 255 ? 'long' : undefined
}

/** The count in front of a revision: which of two is newer. */
export const generation = (rev: string | undefined): number => Number.parseInt(rev ?? '0', 10) || 0

/** A document, as events carry it, in the form in which the API shows files. */
export function toResource(document: Readonly<Record<string, unknown>>): FileResource {
  const { _id, _rev, ...attributes } = document
  return { id: String(_id), type: 'io.cozy.files', attributes: attributes as unknown as FileAttributes, meta: { rev: String(_rev) } }
}

/** Whether every word of a question is in a name; the topmost folder has none. */
export function nameMatches(name: string | undefined, question: string): boolean {
  const folded = foldText(name ?? '')
  return wordsOf(question).every(word => folded.includes(word))
}

export const wordsOf = (question: string): string[] => foldText(question).split(/\s+/).filter(Boolean)
