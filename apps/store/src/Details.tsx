import {
  Button, ButtonLink, Confirm, EmptyState, IconAlert, IconArrowLeft, IconCheck, IconDownload, IconExternal, IconLink, IconRefresh, IconShield, IconStore, IconTrash,
  Progress, appUrl, instanceUrl,
} from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Ask } from './Ask.tsx'
import { categoryOf, developerOf, hasFailed, isAtWork, isConnector, isEssential, isReady, nameOf, updateOf, wordsOf, type Entry } from './catalogue.ts'
import { EntryIcon } from './EntryIcon.tsx'
import { install, remove, stepOf } from './operations.ts'
import { additionalPermissions, explainPermissions } from './permissions.ts'
import { PermissionList } from './PermissionList.tsx'
import { StateBadge } from './List.tsx'
import { termsOf } from './terms.ts'
import { texts } from './texts.ts'

/** Everything about one app, and what one can do with it. */
export function Details({ entry }: { entry: Entry | undefined }): JSX.Element {
  if (!entry) return <EmptyState icon={IconStore} title={texts.unknown}><a href="#/discover">{texts.showAll}</a></EmptyState>
  const { name, short_description: short, long_description: long } = wordsOf(entry.manifest)
  return (
    <article class="details">
      <a class="details__back" href={isConnector(entry) ? '#/connectors' : '#/discover'}><IconArrowLeft size={20} /> {texts.back}</a>
      <header class="details__head">
        <EntryIcon entry={entry} size={88} />
        <div>
          <h1>{name}</h1>
          <p class="soft">{short}</p>
          <StateBadge entry={entry} />
        </div>
        <Actions entry={entry} />
      </header>
      {entry.isInMaintenance && <p class="notice"><IconAlert size={20} /> {texts.maintenance}</p>}
      {hasFailed(entry) && <p class="notice notice--bad"><IconAlert size={20} /> {entry.installed!.attributes.error || texts.broken}</p>}
      <Screenshots entry={entry} />
      <div class="details__columns">
        <div>
          {isConnector(entry) && <p class="soft">{texts.connectorText}</p>}
          {long && <section><h2>{texts.about}</h2>{paragraphs(long).map(text => <p key={text}>{text}</p>)}</section>}
          <section>
            <h2><IconShield size={22} /> {texts.may}</h2>
            <PermissionList permissions={explainPermissions(entry.manifest)} />
          </section>
        </div>
        <Facts entry={entry} />
      </div>
    </article>
  )
}

const paragraphs = (text: string): string[] => text.split(/\n{2,}/).map(part => part.trim()).filter(Boolean)

function Actions({ entry }: { entry: Entry }): JSX.Element {
  const [asked, setAsked] = useState<'install' | 'update' | 'remove'>()
  const step = stepOf(entry)
  const name = nameOf(entry)
  const update = updateOf(entry)
  if (step || isAtWork(entry)) {
    return (
      <div class="details__progress" role="status">
        <Progress label={texts.progress(name)} />
        <p class="small">{texts.steps[step ?? (entry.installed?.attributes.removing ? 'removing' : 'installing')]}</p>
      </div>
    )
  }

  const more = update ? additionalPermissions(entry.installed!.attributes.permissions, entry.manifest) : []
  const close = (): void => setAsked(undefined)
  const run = (isUpdate: boolean): void => {
    close()
    void install(entry, isUpdate)
  }
  return (
    <div class="details__actions">
      {update && <Button kind="main" icon={IconRefresh} onClick={() => (more.length > 0 || hasOtherTerms(entry) ? setAsked('update') : run(true))}>{texts.updateTo(update)}</Button>}
      {isReady(entry)
        ? isConnector(entry)
          ? <ButtonLink kind={update ? 'plain' : 'main'} icon={IconLink} href={appUrl('accounts', `/connector/${entry.slug}`)}>{texts.connect}</ButtonLink>
          : entry.installed!.links?.related && <ButtonLink kind={update ? 'plain' : 'main'} icon={IconExternal} href={entry.installed!.links!.related!}>{texts.open}</ButtonLink>
        : <Button kind="main" icon={IconDownload} onClick={() => setAsked('install')}>{hasFailed(entry) ? texts.retry : texts.install}</Button>}
      {entry.installed && !isEssential(entry) && <Button icon={IconTrash} onClick={() => setAsked('remove')}>{texts.remove}</Button>}
      {asked === 'install' && (
        <Ask title={texts.askTitle(name)} text={texts.askText} action={texts.agree} permissions={explainPermissions(entry.manifest)} manifest={entry.manifest} onAgree={() => run(hasFailed(entry))} onClose={close} />
      )}
      {asked === 'update' && (
        <Ask title={texts.askUpdateTitle(name)} text={texts.askUpdateText} action={texts.agreeUpdate} permissions={more} manifest={entry.manifest} onAgree={() => run(true)} onClose={close} />
      )}
      {asked === 'remove' && (
        <Confirm danger title={texts.removeTitle(name)} action={texts.remove} onConfirm={() => { close(); void remove(entry) }} onClose={close}>
          <p>{isConnector(entry) ? texts.removeConnectorText : texts.removeText}</p>
        </Confirm>
      )}
    </div>
  )
}

/** Whether the update has terms that were not those of the installed version. */
function hasOtherTerms({ manifest, installed }: Entry): boolean {
  const [next, former] = [termsOf(manifest), installed && termsOf(installed.attributes)]
  return next !== undefined && (next.id !== former?.id || next.version !== former.version)
}

function Screenshots({ entry }: { entry: Entry }): JSX.Element | null {
  const names = (entry.manifest as { screenshots?: unknown }).screenshots
  if (!Array.isArray(names) || names.length === 0 || !entry.latest) return null
  return (
    <ul class="screenshots" tabIndex={0}>
      {names.filter(name => typeof name === 'string').map((name: string) => (
        <li key={name}><img src={instanceUrl(`/registry/${entry.slug}/${entry.latest}/screenshots/${name.replace(/^\/?(screenshots\/)?/, '')}`)} alt="" loading="lazy" /></li>
      ))}
    </ul>
  )
}

function Facts({ entry }: { entry: Entry }): JSX.Element {
  const category = categoryOf(entry)
  const facts: [string, JSX.Element | string | undefined][] = [
    [texts.version, <>{entry.installed?.attributes.version ?? entry.latest}{entry.installed && entry.latest && !updateOf(entry) && <span class="details__latest"><IconCheck size={16} /> {texts.latest}</span>}</>],
    [texts.developer, developerOf(entry)],
    [texts.category, texts.categories[category] ?? category],
    [texts.licence, entry.manifest.license],
  ]
  return (
    <dl class="facts card">
      {facts.filter(([, value]) => value).map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  )
}
