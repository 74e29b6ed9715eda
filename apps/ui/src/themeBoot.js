// Gives the page its colours before anything is drawn. A script of its own, because the policy allows none in the page.
try {
  const theme = JSON.parse(localStorage.getItem('cozy.theme') ?? '{}')
  Object.assign(document.documentElement.dataset, theme)
} catch {
  // Nothing is remembered: the device decides.
}
