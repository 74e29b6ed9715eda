import { useMemo } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import { lexer, type Token, type Tokens } from 'marked'

/** Addresses a text may lead to; anything else, such as a script, is no link. */
const safeAddress = /^(https?:|mailto:|tel:)/i

/**
 * Markdown as elements. Never as HTML: what looks like HTML in the text is shown as text, so that no file can run a script
 * here or change the page.
 */
export function Markdown({ source }: { source: string }): JSX.Element {
  return <>{useMemo(() => blocksOf(source), [source])}</>
}

/** The elements of a text. */
export const blocksOf = (source: string): ComponentChildren => blocks(lexer(source, { gfm: true }))

const blocks = (tokens: readonly Token[] = []): ComponentChildren => tokens.map(block)

function block(token: Token): ComponentChildren {
  switch (token.type) {
    case 'heading': return heading(token as Tokens.Heading)
    case 'paragraph': return <p>{inline((token as Tokens.Paragraph).tokens)}</p>
    case 'text': return 'tokens' in token && token.tokens ? inline(token.tokens) : plain((token as Tokens.Text).text)
    case 'code': return <pre tabIndex={0}><code>{(token as Tokens.Code).text}</code></pre>
    case 'blockquote': return <blockquote>{blocks((token as Tokens.Blockquote).tokens)}</blockquote>
    case 'list': return list(token as Tokens.List)
    case 'table': return table(token as Tokens.Table)
    case 'hr': return <hr />
    case 'html': return <p>{(token as Tokens.HTML).text}</p>
    default: return null
  }
}

// The page has its own first headings: those of the text begin below.
function heading({ depth, tokens }: Tokens.Heading): JSX.Element {
  const content = inline(tokens)
  switch (depth) {
    case 1: return <h3 class="markdown__1">{content}</h3>
    case 2: return <h4 class="markdown__2">{content}</h4>
    case 3: return <h5 class="markdown__3">{content}</h5>
    default: return <h6 class="markdown__3">{content}</h6>
  }
}

function list({ ordered, start, items }: Tokens.List): JSX.Element {
  const rows = items.map(item => (
    <li class={item.task ? 'markdown__task' : undefined}>
      {item.task && <input type="checkbox" checked={item.checked === true} disabled aria-label={item.text} />}
      {blocks(item.tokens)}
    </li>
  ))
  return ordered ? <ol start={Number(start) || 1}>{rows}</ol> : <ul>{rows}</ul>
}

const table = ({ header, rows }: Tokens.Table): JSX.Element => (
  <div class="markdown__table" tabIndex={0}>
    <table>
      <thead><tr>{header.map(cell => <th scope="col">{inline(cell.tokens)}</th>)}</tr></thead>
      <tbody>{rows.map(row => <tr>{row.map(cell => <td>{inline(cell.tokens)}</td>)}</tr>)}</tbody>
    </table>
  </div>
)

const inline = (tokens: readonly Token[] = []): ComponentChildren => tokens.map(token => {
  switch (token.type) {
    case 'strong': return <strong>{inline(token.tokens)}</strong>
    case 'em': return <em>{inline(token.tokens)}</em>
    case 'del': return <del>{inline(token.tokens)}</del>
    case 'codespan': return <code>{(token as Tokens.Codespan).text}</code>
    case 'br': return <br />
    case 'link': return link(token as Tokens.Link)
    case 'image': return <span class="markdown__image">{(token as Tokens.Image).text || (token as Tokens.Image).href}</span>
    case 'text': return 'tokens' in token && token.tokens ? inline(token.tokens) : plain((token as Tokens.Text).text)
    case 'escape': return (token as Tokens.Escape).text
    default: return token.raw
  }
})

function link({ href, tokens }: Tokens.Link): JSX.Element {
  const content = inline(tokens)
  return safeAddress.test(href) ? <a href={href} target="_blank" rel="noopener noreferrer nofollow">{content}</a> : <>{content}</>
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', copy: '©', hellip: '…', mdash: '—', ndash: '–' }

/** Text with the few entities that people write. */
const plain = (source: string): string => source.replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
