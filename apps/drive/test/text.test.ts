import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ComponentChild, VNode } from 'preact'
import { en } from '../src/text.en.ts'
import { fr } from '../src/text.fr.ts'
import { blocksOf } from '../src/view/Markdown.tsx'
import { decode, encode } from '../src/view/readText.ts'

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(part => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)))

test('a text is saved with the ends of lines and the mark it had', () => {
  for (const source of ['a\nb\n', 'a\r\nb\r\n', '\uFEFFa\nb', '\uFEFFa\r\nb', '']) {
    const read = decode(bytes(source), false)
    assert.ok(read.isSound)
    assert.ok(!read.text.includes('\r'))
    assert.equal(encode(read.text, read), source)
  }
})

test('what is no text is not offered to be edited', () => {
  for (const content of [bytes('a', [0xff, 0xfe]), bytes('a', [0])]) assert.equal(decode(content, false).isSound, false)
  // A character that was cut in half says nothing about the rest.
  assert.equal(decode(bytes('aé').subarray(0, 2), true).isSound, true)
})

/** Every element of a tree: its name and its properties, and all its text. */
function flatten(child: ComponentChild, elements: { type: string; props: Record<string, unknown> }[] = [], text: string[] = []): { elements: typeof elements; text: string } {
  if (Array.isArray(child)) for (const inner of child as ComponentChild[]) flatten(inner, elements, text)
  else if (typeof child === 'string' || typeof child === 'number') text.push(String(child))
  else if (child && typeof child === 'object') {
    const { type, props } = child as VNode<Record<string, unknown>>
    if (typeof type === 'string') elements.push({ type, props })
    flatten(props.children as ComponentChild, elements, text)
  }
  return { elements, text: text.join('') }
}

test('Markdown becomes elements', () => {
  const { elements, text } = flatten(blocksOf('# One\n\n*a* **b** `c` &amp; [d](https://e.example)\n\n- [x] f\n\n| g |\n|---|\n| h |\n\n```\ni\n```\n'))
  const found = elements.map(({ type }) => type)
  for (const type of ['h3', 'p', 'em', 'strong', 'code', 'a', 'ul', 'li', 'input', 'table', 'th', 'td', 'pre']) assert.ok(found.includes(type), type)
  assert.ok(text.includes('a b c & d'))
})

test('nothing in Markdown runs or leads to a script', () => {
  const hostile = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', 'a <b onclick="x">b</b>', '[a](javascript:alert(1))', '[a](JaVaScRiPt:alert(1))',
    '[a](data:text/html,x)', '![a](javascript:alert(1))', '<javascript:alert(1)>', '[a]: javascript:alert(1)\n\n[a]', '<svg/onload=alert(1)>', '[a](&#106;avascript:alert(1))',
    '[a](vbscript:x)', '[a](\u0001javascript:alert(1))', '<iframe src="https://x.example">',
  ]
  for (const source of hostile) {
    for (const { type, props } of flatten(blocksOf(source)).elements) {
      assert.ok(['p', 'a', 'span'].includes(type), `${type} of ${source}`)
      assert.ok(!Object.keys(props).some(name => /^on|dangerously|^src/i.test(name)), source)
      if (type === 'a') assert.match(String(props.href), /^(https?:|mailto:)/, source)
    }
  }
})

test('both languages have the same texts, with the same parts', () => {
  const shape = (texts: object): string[] => Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? shape(value as object).map(inner => `${name}.${inner}`) : [`${name}/${typeof value === 'function' ? value.length : 'text'}`]).sort()
  assert.deepEqual(shape(fr), shape(en))
})
