import { startApp } from '@cozy-apps/ui'
import { App } from './App.tsx'
import { startLive } from './data/changes.ts'
import { askAboutConflict } from './dialogs/ConflictDialog.tsx'
import { text } from './text.ts'
import { guardLeaving } from './upload/guard.ts'
import { answerConflictsWith, isUploading } from './upload/queue.ts'
import './styles/index.css'

/** Starts the app for the owner. */
export function start(): void {
  answerConflictsWith(askAboutConflict)
  guardLeaving(isUploading)
  startLive()
  startApp(<App />, text.files)
}
