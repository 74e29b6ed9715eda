import { AccentPicker, IconPalette, Segments, chooseTheme, notifyError, theme, type ColorScheme } from '@cozy-apps/ui'
import type { JSX } from 'preact'
import { Part } from './Part.tsx'
import { texts } from './texts.ts'

const schemes: readonly ColorScheme[] = ['light', 'auto', 'dark']

/** How all apps look. */
export const Appearance = (): JSX.Element => (
  <Part id="appearance" title={texts.appearance} icon={IconPalette}>
    <Segments
      label={texts.scheme}
      value={theme.value.scheme}
      choices={schemes.map(value => ({ value, label: texts.schemes[value] }))}
      onChange={scheme => void chooseTheme({ scheme }).catch(notifyError)}
    />
    <AccentPicker />
  </Part>
)
