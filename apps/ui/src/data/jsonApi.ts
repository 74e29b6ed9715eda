/** A resource of the API's JSON:API answers. */
export interface Resource<A = Readonly<Record<string, unknown>>> {
  readonly id: string
  readonly type: string
  readonly attributes: A
  readonly meta?: { readonly rev?: string }
  readonly links?: Readonly<Record<string, string | undefined>>
  readonly relationships?: Readonly<Record<string, { readonly data?: unknown; readonly meta?: { readonly count?: number }; readonly links?: { readonly next?: string } }>>
}

export interface One<A> {
  readonly data: Resource<A>
  readonly included?: readonly Resource<A>[]
}

export interface Many<A> {
  readonly data: readonly Resource<A>[]
  readonly links?: { readonly next?: string }
  readonly meta?: { readonly count?: number }
}
