import type { JSX } from 'preact'
import { Button, IconButton, IconCheck, IconChevronDown, IconClose, IconGrid, IconList, IconMore, Menu, type FileResource, type MenuItem, type Selection } from '@cozy-apps/ui'
import { nextSorting, type SortField } from '../data/sorting.ts'
import { text } from '../text.ts'
import { commandsFor, type CommandContext } from './commands.tsx'
import { chooseShape, chooseSorting, shape, sorting } from './viewing.ts'

const fields: readonly { readonly field: SortField; readonly label: string }[] = [
  { field: 'name', label: text.name }, { field: 'date', label: text.changed }, { field: 'size', label: text.size }, { field: 'kind', label: text.kind },
]

/** How files are sorted. */
export function SortMenu(): JSX.Element {
  const now = sorting.value
  const current = fields.find(({ field }) => field === now.field)!
  const items = fields.map(({ field, label }): MenuItem => ({
    label: field === now.field ? `${label}, ${now.isDescending ? text.ascending : text.descending}` : label,
    ...(field === now.field && { icon: IconCheck }),
    onSelect: () => chooseSorting(nextSorting(now, field)),
  }))
  return (
    <Menu label={text.sortBy} items={items} button={button => (
      <Button small kind="quiet" class="sort" {...button} aria-label={`${text.sortBy}: ${current.label}`}>
        <span class={now.isDescending ? 'sort__arrow' : 'sort__arrow sort__arrow--up'}><IconChevronDown size={16} /></span>{current.label}
      </Button>
    )} />
  )
}

/** List or grid. */
export const ShapeButton = (): JSX.Element => shape.value === 'list'
  ? <IconButton icon={IconGrid} label={`${text.view}: ${text.grid}`} onClick={() => chooseShape('grid')} />
  : <IconButton icon={IconList} label={`${text.view}: ${text.list}`} onClick={() => chooseShape('list')} />

/** The heads of the columns of a list; they sort. */
export function ColumnHeads({ canSort }: { canSort: boolean }): JSX.Element {
  const head = (field: SortField, label: string, name: string): JSX.Element => {
    const isCurrent = canSort && sorting.value.field === field
    const direction = sorting.value.isDescending ? text.descending : text.ascending
    return canSort
      ? (
        <button type="button" class={`heads__${name}`} aria-label={isCurrent ? `${text.sortBy}: ${label}, ${direction}` : `${text.sortBy}: ${label}`} onClick={() => chooseSorting(nextSorting(sorting.value, field))}>
          {label}
          {isCurrent && <span class={sorting.value.isDescending ? 'sort__arrow' : 'sort__arrow sort__arrow--up'}><IconChevronDown size={16} /></span>}
        </button>
      )
      : <span class={`heads__${name}`}>{label}</span>
  }
  return (
    <div class="heads">
      {head('name', text.name, 'name')}
      {head('date', text.changed, 'date')}
      {head('size', text.size, 'size')}
    </div>
  )
}

/** As many as have a button of their own. */
const withButtons = (): number => (matchMedia('(max-width: 34rem)').matches ? 3 : 4)

/** What can be done with all that are selected. */
export function SelectionBar({ files, selection, context }: { files: readonly FileResource[]; selection: Selection; context: CommandContext }): JSX.Element {
  const chosen = files.filter(file => selection.has(file.id))
  const commands = commandsFor(chosen, { ...context, onGone: selection.clear })
  const important = commands.filter(({ danger }) => danger).slice(0, 1)
  const direct = [...commands.filter(({ danger }) => !danger).slice(0, withButtons() - important.length), ...important]
  const rest = commands.filter(command => !direct.includes(command))
  return (
    <div class="picked" role="toolbar" aria-label={text.selected(chosen.length)}>
      <IconButton icon={IconClose} label={text.clearSelection} onClick={selection.clear} />
      <span class="picked__count">{text.selected(chosen.length)}</span>
      {chosen.length < files.length && <Button small kind="quiet" class="picked__all" onClick={selection.all}>{text.selectAll}</Button>}
      <span class="picked__actions">
        {direct.map(({ label, icon: Icon, onSelect }) => Icon && <IconButton key={label} icon={Icon} label={label.replace('…', '')} onClick={() => onSelect?.()} />)}
        {rest.length > 0 && <Menu label={text.moreOf(text.selected(chosen.length))} items={rest} button={button => <IconButton icon={IconMore} label={text.moreOf(text.selected(chosen.length))} {...button} />} />}
      </span>
    </div>
  )
}
