import { AccentPicker, Button, Dialog, IconImage, common, notifyError, type Query } from '@cozy-apps/ui'
import { useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { changeHomeSettings, scenes, widgets, type HomeSettings } from './homeSettings.ts'
import { texts } from './texts.ts'
import { Landscape, keepPicture } from './Wallpaper.tsx'

const largest = 20 * 1000 * 1000

/** How the page looks and what is on it; each choice is seen at once. */
export function Customize({ settings, onPicture, onClose }: { settings: Query<HomeSettings>; onPicture: () => void; onClose: () => void }): JSX.Element {
  const scene = settings.data?.scene ?? 'dusk'
  const hidden = settings.data?.hiddenWidgets ?? []
  const change = (changes: Partial<HomeSettings>): void => void changeHomeSettings(settings, changes).catch(notifyError)
  return (
    <Dialog wide title={texts.customize} onClose={onClose} actions={<Button kind="main" onClick={onClose}>{common.done}</Button>}>
      <fieldset>
        <legend><h3>{texts.wallpaper}</h3></legend>
        <div class="scenes">
          {scenes.map(name => (
            <label key={name} class="scene">
              <input type="radio" name="scene" checked={scene === name} onChange={() => change({ scene: name })} />
              <span class={`scene__view wallpaper--${name}`}>{name !== 'plain' && <Landscape />}</span>
              <span class="small">{texts.wallpapers[name]}</span>
            </label>
          ))}
        </div>
        <OwnPicture isChosen={scene === 'own'} onKept={() => { change({ scene: 'own' }); onPicture() }} />
      </fieldset>
      <AccentPicker />
      <fieldset>
        <legend><h3>{texts.show}</h3></legend>
        {widgets.map(widget => (
          <label key={widget} class="check">
            <input
              type="checkbox"
              checked={!hidden.includes(widget)}
              onChange={event => change({ hiddenWidgets: event.currentTarget.checked ? hidden.filter(other => other !== widget) : [...hidden, widget] })}
            />
            <span>{texts[widget]}</span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  )
}

function OwnPicture({ isChosen, onKept }: { isChosen: boolean; onKept: () => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const keep = async (picture: File | undefined): Promise<void> => {
    if (!picture) return
    if (!picture.type.startsWith('image/')) return notifyError(texts.notPicture)
    if (picture.size > largest) return notifyError(texts.tooLarge)
    setBusy(true)
    try {
      await keepPicture(picture)
      onKept()
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <input ref={input} type="file" accept="image/*" hidden onChange={event => void keep(event.currentTarget.files?.[0])} />
      <Button icon={IconImage} busy={isBusy} onClick={() => input.current!.click()}>{isChosen ? texts.changePicture : texts.ownPicture}</Button>
    </>
  )
}
