import type { JSX } from 'preact'

/** Drawings of our own on a grid of 24, with lines of 1.75 in the colour of the text. */
const icon = (lines: string, dots: readonly (readonly [number, number])[] = []) => {
  const Icon = ({ size = 24 }: { size?: number }): JSX.Element => (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={lines} />
      {dots.map(([x, y]) => <circle class="icon__dot" cx={x} cy={y} r="1.35" />)}
    </svg>
  )
  return Icon
}

export type IconType = ReturnType<typeof icon>

export const IconAlert = /* @__PURE__ */ icon('M12 4 2.8 20h18.4zM12 10v4.5', [[12, 17]])
export const IconArrowLeft = /* @__PURE__ */ icon('M20 12H4m7-7-7 7 7 7')
export const IconBell = /* @__PURE__ */ icon('M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10m4 10a2.2 2.2 0 0 0 4 0')
export const IconCheck = /* @__PURE__ */ icon('m4.5 12.5 5 5 10-11')
export const IconCheckCircle = /* @__PURE__ */ icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m-4 9 3 3 5-6')
export const IconChevronDown = /* @__PURE__ */ icon('m6 9 6 6 6-6')
export const IconChevronRight = /* @__PURE__ */ icon('m9 6 6 6-6 6')
export const IconClock = /* @__PURE__ */ icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 4.5V12l3 2')
export const IconClose = /* @__PURE__ */ icon('m6 6 12 12M18 6 6 18')
export const IconCloudOff = /* @__PURE__ */ icon('M7 18.5a4.5 4.5 0 0 1-.8-8.9M9 6.4a6 6 0 0 1 8.7 4.1 4 4 0 0 1 2.5 6.6M3.5 3.5l17 17M7 18.5h10')
export const IconContacts = /* @__PURE__ */ icon('M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6')
export const IconCopy = /* @__PURE__ */ icon('M9 9h11v11H9zM15 9V4H4v11h5')
export const IconDevice = /* @__PURE__ */ icon('M4 5h16v11H4zM2 20h20')
export const IconDownload = /* @__PURE__ */ icon('M12 4v11m-5-5 5 5 5-5M4 20h16')
export const IconEdit = /* @__PURE__ */ icon('m4 20 1-5L16.5 3.5l4 4L9 19zM14 6l4 4')
export const IconExternal = /* @__PURE__ */ icon('M14 4h6v6m0-6-9 9M18 14v6H4V6h6')
export const IconFile = /* @__PURE__ */ icon('M6 3h8l5 5v13H6zM14 3v5h5')
export const IconFolder = /* @__PURE__ */ icon('M3 6.5V19h18V8.5h-9.5L9 5.5H3z')
export const IconFolderAdd = /* @__PURE__ */ icon('M3 6.5V19h18V8.5h-9.5L9 5.5H3zM12 11v5m-2.5-2.5h5')
export const IconGrid = /* @__PURE__ */ icon('M4 4h6.5v6.5H4zm9.5 0H20v6.5h-6.5zM4 13.5h6.5V20H4zm9.5 0H20V20h-6.5z')
export const IconHistory = /* @__PURE__ */ icon('M4 5v5h5M4.3 10A8 8 0 1 1 4 13m8-5v4.5l3 2')
export const IconHome = /* @__PURE__ */ icon('m3 11.5 9-7.5 9 7.5M6 9.5V20h4.5v-5.5h3V20H18V9.5')
export const IconImage = /* @__PURE__ */ icon('M3.5 5h17v14h-17zm0 12 5-5.5 4 4 3-2.5 5 4.5', [[15.5, 9]])
export const IconInfo = /* @__PURE__ */ icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 8v5.5', [[12, 8]])
export const IconLink = /* @__PURE__ */ icon('M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7m2 3a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17')
export const IconList = /* @__PURE__ */ icon('M8.5 6H20M8.5 12H20M8.5 18H20', [[4.5, 6], [4.5, 12], [4.5, 18]])
export const IconLogOut = /* @__PURE__ */ icon('M14 4H5v16h9m-4-8h11m-4-4 4 4-4 4')
export const IconMore = /* @__PURE__ */ icon('', [[12, 5.5], [12, 12], [12, 18.5]])
export const IconMove = /* @__PURE__ */ icon('M3 6.5V19h18V8.5h-9.5L9 5.5H3zM9 13.5h6m-2.5-2.5 2.5 2.5-2.5 2.5')
export const IconMusic = /* @__PURE__ */ icon('M9 18V5l11-2v13M6.5 15.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5m11-2a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5')
export const IconPalette = /* @__PURE__ */ icon('M12 3a9 9 0 0 0 0 18c1.7 0 2.2-1 1.8-2.3-.5-1.6.4-2.7 2-2.7H18c2 0 3-1.6 3-4 0-5-4-9-9-9', [[8, 9], [12.5, 7], [16.5, 9.5], [7, 13.5]])
export const IconPlus = /* @__PURE__ */ icon('M12 5v14M5 12h14')
export const IconRefresh = /* @__PURE__ */ icon('M20 5v5h-5M19.7 10A8 8 0 1 0 20 13')
export const IconRestore = /* @__PURE__ */ icon('M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3')
export const IconSearch = /* @__PURE__ */ icon('M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13m4.8 11.3L20.5 20.5')
export const IconSettings = /* @__PURE__ */ icon('M4 7h9m4 0h3M4 17h3m4 0h9M15 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5m-6 10a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5')
export const IconShare = /* @__PURE__ */ icon('M17.5 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5m0 13a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5m-11-6.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5m2.2 1.2 6.5-3.8m-6.5 6.4 6.5 3.8')
export const IconShield = /* @__PURE__ */ icon('M12 3 4.5 6v5.5c0 4.5 3 7.7 7.5 9.5 4.5-1.8 7.5-5 7.5-9.5V6zm-3.5 9 2.5 2.5 4.5-5')
export const IconStar = /* @__PURE__ */ icon('m12 3.5 2.6 5.6 6 .7-4.5 4.2 1.2 6-5.3-3-5.3 3 1.2-6L3.4 9.8l6-.7z')
export const IconStorage = /* @__PURE__ */ icon('M4 5h16v5.5H4zm0 8.5h16V19H4z', [[7.5, 7.75], [7.5, 16.25]])
export const IconStore = /* @__PURE__ */ icon('M5 8h14l1 12.5H4zM8.5 11V7a3.5 3.5 0 0 1 7 0v4')
export const IconText = /* @__PURE__ */ icon('M6 3h8l5 5v13H6zM14 3v5h5M9 13h7m-7 3.5h5')
export const IconTrash = /* @__PURE__ */ icon('M4 7h16M9 7V4h6v3M6 7l1 13.5h10L18 7m-8 4v6m4-6v6')
export const IconUpload = /* @__PURE__ */ icon('M12 16V5m-5 5 5-5 5 5M4 20h16')
export const IconVideo = /* @__PURE__ */ icon('M3 6h12.5v12H3zm12.5 4.5L21 7v10l-5.5-3.5')
export const IconZip = /* @__PURE__ */ icon('M6 3h8l5 5v13H6zM14 3v5h5M10 5.5h2m-2 3h2m-2 3h2m-2 3h2v3h-2z')
