import { callJson } from './client.ts'
import { ApiError, isNotFound } from './errors.ts'

/** A document as `/data` has it. */
export interface Document {
  readonly _id: string
  readonly _rev: string
}

/** What is asked of the documents of a doctype. */
export interface Question {
  readonly selector: Readonly<Record<string, unknown>>
  /** Fields to sort by, which are also the fields of the index. */
  readonly sort?: readonly Readonly<Record<string, 'asc' | 'desc'>>[]
  /** Fields of the index, when nothing is sorted by; otherwise those of the sort. */
  readonly index?: readonly string[]
  readonly fields?: readonly string[]
  readonly limit?: number
  readonly skip?: number
}

const path = (doctype: string, id = ''): string => `/data/${doctype}/${encodeURIComponent(id)}`

/** Most that the server gives at once. */
const pageSize = 1000

/** All documents of a doctype, without the design documents; none when there is no such doctype yet. */
export async function listDocuments<T>(doctype: string, signal?: AbortSignal): Promise<(T & Document)[]> {
  const all: (T & Document)[] = []
  try {
    for (let hasMore = true; hasMore;) {
      const query = { include_docs: true, limit: pageSize, skip: all.length || undefined }
      const page = await callJson<{ rows: (T & Document)[] }>('GET', path(doctype, '_normal_docs'), { query, signal })
      all.push(...page.rows)
      hasMore = page.rows.length === pageSize
    }
    return all
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}

/** Adds a document. */
export async function addDocument<T extends object>(doctype: string, members: T): Promise<T & Document> {
  return (await callJson<{ data: T & Document }>('POST', path(doctype), { json: members })).data
}

/** Replaces a document, or makes the one of this id. */
export async function putDocument<T extends { readonly _id: string }>(doctype: string, document: T): Promise<T & Document> {
  return (await callJson<{ data: T & Document }>('PUT', path(doctype, document._id), { json: document })).data
}

/** Deletes a document. */
export async function deleteDocument(doctype: string, document: Document): Promise<void> {
  await callJson('DELETE', path(doctype, document._id), { query: { rev: document._rev } })
}

/** Searches the documents of a doctype; makes the index when there is none. */
export const findDocuments = <T>(doctype: string, question: Question, signal?: AbortSignal): Promise<(T & Document)[]> =>
  withIndex(doctype, question, async body => {
    const page = await callJson<{ docs: (T & Document)[] }>('POST', path(doctype, '_find'), { json: body, signal })
    return page.docs
  })

/** Runs a search, and once more after making its index when the server misses one. */
export async function withIndex<R>(doctype: string, question: Question, run: (body: object) => Promise<R>): Promise<R | []> {
  const { index, ...rest } = question
  const fields = index ?? question.sort?.flatMap(field => Object.keys(field)) ?? []
  const ddoc = `by_${fields.join('_and_')}`
  const body = fields.length > 0 ? { ...rest, use_index: `_design/${ddoc}` } : rest
  try {
    return await run(body)
  } catch (error) {
    if (!(error instanceof ApiError) || fields.length === 0 || !isMissingIndex(error)) {
      if (isNotFound(error)) return []
      throw error
    }
    await callJson('POST', path(doctype, '_index'), { json: { index: { fields }, ddoc, name: ddoc } })
    return run(body)
  }
}

const isMissingIndex = (error: ApiError): boolean => /no_(usable_)?index|no_ddoc|invalid_key/.test(`${error.code} ${error.message}`) || error.status === 404 || error.status === 400
