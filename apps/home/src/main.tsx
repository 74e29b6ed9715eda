import { AppShell, startApp } from '@cozy-apps/ui'

startApp(<AppShell>Hello</AppShell>)
