import { Button, Confirm, Dialog, Field, IconEdit, IconMore, IconButton, IconPlus, IconTrash, Menu, compareNames, foldText, go, notifyError } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { addGroup, removeGroup, renameGroup } from './data.ts'
import type { Group } from './model.ts'
import { texts } from './texts.ts'

/** The groups, to choose one of, add, rename and delete. */
export function Groups({ groups, current }: { groups: readonly Group[]; current: Group | undefined }): JSX.Element {
  const [asked, setAsked] = useState<'add' | 'rename' | 'remove'>()
  const close = (): void => setAsked(undefined)
  const remove = async (): Promise<void> => {
    close()
    try {
      await removeGroup(current!)
      go('/', true)
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <nav class="groups" aria-label={texts.groups}>
      <a class="chip" href="#/" aria-current={current ? undefined : 'page'}>{texts.all}</a>
      {[...groups].sort((left, right) => compareNames(left.name, right.name)).map(group => (
        <a key={group._id} class="chip" href={`#/group/${encodeURIComponent(group._id)}`} aria-current={group._id === current?._id ? 'page' : undefined}>{group.name}</a>
      ))}
      <Button kind="quiet" small icon={IconPlus} onClick={() => setAsked('add')}>{texts.addGroup}</Button>
      {current && (
        <Menu
          label={current.name}
          button={props => <IconButton icon={IconMore} label={`${texts.more}: ${current.name}`} {...props} />}
          items={[
            { label: texts.renameGroup, icon: IconEdit, onSelect: () => setAsked('rename') },
            { label: texts.removeGroup, icon: IconTrash, danger: true, onSelect: () => setAsked('remove') },
          ]}
        />
      )}
      {(asked === 'add' || asked === 'rename') && <GroupDialog groups={groups} group={asked === 'rename' ? current : undefined} onClose={close} />}
      {asked === 'remove' && current && (
        <Confirm danger title={texts.removeGroupTitle(current.name)} action={texts.removeGroup} onConfirm={() => void remove()} onClose={close}>
          <p>{texts.removeGroupText}</p>
        </Confirm>
      )}
    </nav>
  )
}

function GroupDialog({ groups, group, onClose }: { groups: readonly Group[]; group: Group | undefined; onClose: () => void }): JSX.Element {
  const [name, setName] = useState(group?.name ?? '')
  const [isBusy, setBusy] = useState(false)
  const isTaken = groups.some(other => other._id !== group?._id && foldText(other.name) === foldText(name.trim()))
  const save = async (): Promise<void> => {
    if (isTaken || !name.trim()) return
    setBusy(true)
    try {
      const saved = group ? await renameGroup(group, name.trim()) : await addGroup(name.trim())
      onClose()
      go(`/group/${encodeURIComponent(saved._id)}`)
    } catch (error) {
      notifyError(error)
      setBusy(false)
    }
  }
  return (
    <Dialog title={group ? texts.renameGroup : texts.addGroup} onClose={onClose} onSubmit={() => void save()} actions={<Button type="submit" kind="main" busy={isBusy} disabled={isTaken || !name.trim()}>{texts.save}</Button>}>
      <Field label={texts.groupName} value={name} onInput={setName} maxLength={100} error={isTaken ? texts.groupTaken : undefined} data-autofocus />
    </Dialog>
  )
}
