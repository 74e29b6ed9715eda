import { addDocument, findDocuments, putDocument, type Manifest } from '@cozy-apps/ui'

type Terms = NonNullable<Manifest['terms']>

const doctype = 'io.cozy.terms'

interface Accepted {
  readonly termsId: string
  readonly version: string
  readonly url: string
  readonly accepted: boolean
  readonly acceptedAt: string
}

/** Writes down that the owner agrees to the terms of an app, as they are in this version. */
export async function acceptTerms({ id, version, url }: Terms): Promise<void> {
  const now = { termsId: id, version, url, accepted: true, acceptedAt: new Date().toISOString() }
  const [former] = await findDocuments<Accepted>(doctype, { selector: { termsId: id, version }, index: ['termsId', 'version'], limit: 1 })
  if (former) await putDocument(doctype, { ...former, ...now })
  else await addDocument(doctype, now)
}

/** What has to be agreed to, if it is something one can read. */
export const termsOf = ({ terms }: Pick<Manifest, 'terms'>): Terms | undefined =>
  terms && /^https?:/.test(terms.url) && terms.id && terms.version ? terms : undefined
