import { call, type Call } from './client.ts'

export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** Calls the instance and gives the events it sends, until it has ended. */
export async function* streamEvents(method: string, path: string, options: Call = {}): AsyncGenerator<ServerEvent> {
  const response = await call(method, path, { ...options, headers: { ...options.headers, Accept: 'text/event-stream' } })
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const parser = new EventParser()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield* parser.push(value)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Takes the text of an event stream apart, however it is cut into pieces. */
export class EventParser {
  private rest = '';

  *push(text: string): Generator<ServerEvent> {
    this.rest += text
    const blocks = this.rest.split(/\r?\n\r?\n/)
    this.rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

function parseBlock(block: string): ServerEvent | undefined {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined
}
