import type { JSX } from 'preact'
import { Confirm, Dialog, downloadUrl, filesDoctype, formatMoment, formatSize, formatWhen, IconButton, IconDownload, IconRestore, IconTrash, Loaded, notify, notifyError, useQuery, type FileResource } from '@cozy-apps/ui'
import { save } from '../data/download.ts'
import { sizeOf } from '../data/model.ts'
import { deleteVersion, listVersions, restoreVersion, type Version } from '../data/versions.ts'
import { text } from '../text.ts'
import { showDialog } from './dialogs.tsx'

/** The former contents of a file. */
export function VersionsDialog({ file, onClose }: { file: FileResource; onClose: () => void }): JSX.Element {
  const query = useQuery(signal => listVersions(file.id, signal), [file.id], [filesDoctype])
  const run = async (work: () => Promise<void>, done: string): Promise<void> => {
    try {
      await work()
      notify(done)
      query.reload()
    } catch (error) {
      notifyError(error)
    }
  }
  const remove = (version: Version): void => showDialog(close => (
    <Confirm title={`${text.deleteVersion}?`} action={text.destroy} danger onClose={close} onConfirm={() => { close(); void run(() => deleteVersion(version), text.versionDeleted) }}>
      {text.destroyWarning}
    </Confirm>
  ))
  const load = (version: Version): void => {
    downloadUrl(version.id, file.attributes.name, true).then(save, notifyError)
  }
  return (
    <Dialog title={text.versionsTitle(file.attributes.name)} onClose={onClose}>
      <Loaded query={query}>
        {({ file: now, versions }) => (
          <ol class="versions">
            <li>
              <VersionText when={now.attributes.updated_at} size={sizeOf(now) ?? 0} />
              <span class="badge badge--good">{text.current}</span>
            </li>
            {versions.map(version => (
              <li key={version.id}>
                <VersionText when={version.updatedAt} size={version.size} />
                <span class="versions__actions">
                  <IconButton icon={IconRestore} label={text.restoreVersion} onClick={() => void run(() => restoreVersion(version), text.versionRestored)} />
                  <IconButton icon={IconDownload} label={text.downloadVersion} onClick={() => load(version)} />
                  <IconButton icon={IconTrash} label={text.deleteVersion} onClick={() => remove(version)} />
                </span>
              </li>
            ))}
            {versions.length === 0 && <li class="soft">{text.noVersions}</li>}
          </ol>
        )}
      </Loaded>
    </Dialog>
  )
}

const VersionText = ({ when, size }: { when: string; size: number }): JSX.Element => (
  <span class="versions__text">
    <span title={formatMoment(when)}>{formatWhen(when)}</span>
    <span class="soft small">{formatMoment(when)} · {formatSize(size)}</span>
  </span>
)
