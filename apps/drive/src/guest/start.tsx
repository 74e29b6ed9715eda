import { startApp } from '@cozy-apps/ui'
import { refreshOnReturn } from '../data/changes.ts'
import { askAboutConflict } from '../dialogs/ConflictDialog.tsx'
import { text } from '../text.ts'
import { guardLeaving } from '../upload/guard.ts'
import { answerConflictsWith, isUploading } from '../upload/queue.ts'
import { GuestApp } from './GuestApp.tsx'
import '../styles/index.css'

/** Starts the app for who follows a link. */
export function start(): void {
  answerConflictsWith(askAboutConflict)
  guardLeaving(isUploading)
  refreshOnReturn()
  startApp(<GuestApp />, text.sharedWithYou)
}
