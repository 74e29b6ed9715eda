import { findFiles, rootFolder, trashFolder, type FileResource } from '@cozy-apps/ui'
import { isTrashed, nameMatches, wordsOf } from './model.ts'

const variants: Readonly<Record<string, string>> = {
  a: 'aàâäáãå', c: 'cç', e: 'eéèêë', i: 'iîïíì', n: 'nñ', o: 'oôöóòõ', u: 'uùûüú', y: 'yÿý',
}

/** As many as a person looks through. */
const most = 300

/** The pattern of a word, whatever its accents and its case. */
export function patternOf(word: string): string {
  const letters = [...word].map(letter => {
    const all = variants[letter] ?? letter
    return all.length > 1 ? `[${all}${all.toUpperCase()}][\u0300-\u036f]*` : letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  })
  return `(?i)${letters.join('')}`
}

/** The files and folders whose names have all the words of a question, outside the trash. */
export async function findByName(question: string, signal?: AbortSignal): Promise<readonly FileResource[]> {
  const words = wordsOf(question)
  if (words.length === 0) return []
  const found = await findFiles({
    selector: { $and: [{ name: { $gt: null } }, ...words.map(word => ({ name: { $regex: patternOf(word) } }))] },
    index: ['name'],
    limit: most,
  }, signal)
  return found.filter(file => !isTrashed(file) && file.id !== rootFolder && file.id !== trashFolder && nameMatches(file.attributes.name, question))
}
