import { call, type FileResource } from '@cozy-apps/ui'

/** More than anybody reads in a browser. In bytes. */
export const mostBytes = 2_000_000

export interface ReadText {
  readonly text: string
  /** Whether there is more than what was read. */
  readonly isCut: boolean
  /** Whether it is text at all: what is not UTF-8 would be damaged by saving it. */
  readonly isSound: boolean
  /** How its lines end. */
  readonly lineEnd: '\n' | '\r\n'
  readonly hasMark: boolean
}

/** Reads a text file, or its beginning. */
export async function readText(file: FileResource, signal?: AbortSignal): Promise<ReadText> {
  const isCut = Number(file.attributes.size ?? 0) > mostBytes
  const response = await call('GET', `/files/download/${file.id}`, { signal, headers: { Accept: '*/*', ...(isCut && { Range: `bytes=0-${mostBytes - 1}` }) } })
  return decode(new Uint8Array(await response.arrayBuffer()), isCut)
}

export function decode(bytes: Uint8Array, isCut: boolean): ReadText {
  // A character may be cut in half.
  const whole = isCut ? bytes.subarray(0, bytes.length - 3) : bytes
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole)
  const hasMark = raw.startsWith('\uFEFF')
  const text = hasMark ? raw.slice(1) : raw
  return { text: text.replaceAll('\r\n', '\n'), isCut, isSound: !text.includes('\uFFFD') && !text.includes('\0'), lineEnd: text.includes('\r\n') ? '\r\n' : '\n', hasMark }
}

/** The text as it is saved: with the ends of lines it had. */
export const encode = (text: string, { lineEnd, hasMark }: Pick<ReadText, 'lineEnd' | 'hasMark'>): string =>
  (hasMark ? '\uFEFF' : '') + (lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd))
