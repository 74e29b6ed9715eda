// Each sees one of the two: the other's code is not loaded.
if (location.pathname.startsWith('/public')) void import('./guest/start.tsx').then(({ start }) => start())
else void import('./start.tsx').then(({ start }) => start())

export {}
