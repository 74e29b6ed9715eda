import { AppShell, IconButton, IconPalette, appsDoctype, listApps, ownerName, session, startApp, useQuery } from '@cozy-apps/ui'
import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Apps } from './Apps.tsx'
import { Customize } from './Customize.tsx'
import { useHomeSettings, type Widget } from './homeSettings.ts'
import { Notifications } from './Notifications.tsx'
import { RecentFiles } from './RecentFiles.tsx'
import { Search } from './Search.tsx'
import { Storage } from './Storage.tsx'
import { texts } from './texts.ts'
import { Todo } from './Todo.tsx'
import { Wallpaper } from './Wallpaper.tsx'
import './home.css'

/** Where the owner arrives: the apps, what is new, and what was worked on. */
function Home(): JSX.Element {
  const apps = useQuery(listApps, [], [appsDoctype])
  const settings = useHomeSettings()
  const [isCustomizing, setCustomizing] = useState(false)
  const [pictures, setPictures] = useState(0)
  const scene = settings.shown.scene ?? 'dusk'
  const isShown = (widget: Widget): boolean => !settings.shown.hiddenWidgets?.includes(widget)

  return (
    <AppShell
      clear
      backdrop={<Wallpaper key={pictures} scene={scene} />}
      tools={
        <>
          <IconButton icon={IconPalette} label={texts.customize} onClick={() => setCustomizing(true)} />
          <Notifications settings={settings} />
        </>
      }
    >
      <div class="home">
        <Greeting />
        <Search apps={apps.data ?? []} />
        <Apps apps={apps} />
        <div class="widgets">
          {isShown('recent') && <RecentFiles />}
          {isShown('todo') && <Todo />}
          {isShown('storage') && <Storage />}
        </div>
      </div>
      {isCustomizing && <Customize settings={settings} onPicture={() => setPictures(pictures + 1)} onClose={() => setCustomizing(false)} />}
    </AppShell>
  )
}

function Greeting(): JSX.Element {
  const hello = texts.hello(new Date().getHours())
  return (
    <div class="greeting">
      <h1>{ownerName.value ? texts.greeting(hello, ownerName.value) : hello}</h1>
      <p>{session.domain}</p>
    </div>
  )
}

startApp(<Home />, texts.name)
