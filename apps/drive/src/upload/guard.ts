let isBusy: () => boolean = () => false
let isQuiet = false

/** Asks before the window is closed while something is under way. */
export function guardLeaving(busy: () => boolean): void {
  isBusy = busy
  addEventListener('beforeunload', event => {
    if (isBusy() && !isQuiet) event.preventDefault()
  })
}

/** Runs what the browser takes for leaving and is not: a download. */
export function leaveQuietly(run: () => void): void {
  isQuiet = true
  run()
  setTimeout(() => (isQuiet = false), 1000)
}
