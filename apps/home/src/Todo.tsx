import { Button, IconButton, IconClose, Loaded, Skeleton, addDocument, deleteDocument, listDocuments, notifyError, putDocument, useQuery, type Document } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { texts } from './texts.ts'
import { WidgetCard } from './WidgetCard.tsx'

const doctype = 'io.cozy.todos'

interface Item {
  readonly title: string
  readonly done?: boolean
  readonly created_at?: string
}

type Kept = Item & Document

/** What is open first, the oldest above. */
const inOrder = (items: readonly Kept[]): Kept[] =>
  [...items].sort((left, right) => Number(left.done ?? false) - Number(right.done ?? false) || (left.created_at ?? '').localeCompare(right.created_at ?? ''))

/** A list of things to do. */
export function Todo(): JSX.Element {
  const items = useQuery(signal => listDocuments<Item>(doctype, signal), [], [doctype])
  const change = (work: Promise<unknown>): void => void work.then(items.reload, (error: unknown) => { notifyError(error); items.reload() })
  const toggle = (item: Kept): void => {
    const changed = { ...item, done: !item.done }
    items.show(items.data!.map(other => (other._id === item._id ? changed : other)))
    change(putDocument(doctype, changed))
  }
  const remove = (item: Kept): void => {
    items.show(items.data!.filter(other => other._id !== item._id))
    change(deleteDocument(doctype, item))
  }
  return (
    <WidgetCard title={texts.todo}>
      <Loaded query={items} loading={<Skeleton count={3} class="row__ghost" />}>
        {all => (
          <>
            <ul class="rows">
              {inOrder(all).map(item => (
                <li key={item._id} class="todo">
                  <label class={`check${item.done ? ' todo--done' : ''}`}>
                    <input type="checkbox" checked={item.done ?? false} onChange={() => toggle(item)} />
                    <span>{item.title}</span>
                  </label>
                  <IconButton icon={IconClose} label={texts.removeTodo(item.title)} onClick={() => remove(item)} />
                </li>
              ))}
            </ul>
            {all.every(item => item.done) && <p class="soft">{texts.noTodo}</p>}
          </>
        )}
      </Loaded>
      <AddTodo onAdd={title => change(addDocument(doctype, { title, done: false, created_at: new Date().toISOString() }))} />
    </WidgetCard>
  )
}

function AddTodo({ onAdd }: { onAdd: (title: string) => void }): JSX.Element {
  const [title, setTitle] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    if (!title.trim()) return
    onAdd(title.trim())
    setTitle('')
  }
  return (
    <form class="todo__add" onSubmit={submit}>
      <input class="input" type="text" value={title} maxLength={200} placeholder={texts.addTodo} aria-label={texts.addTodo} onInput={event => setTitle(event.currentTarget.value)} />
      <Button type="submit" disabled={!title.trim()}>{texts.add1}</Button>
    </form>
  )
}
