import { useId } from 'preact/hooks'
import type { JSX } from 'preact'
import { accents, chooseTheme, theme } from '../theme.ts'
import { common } from '../text/common.ts'
import { notifyError } from './Toast.tsx'

/** The owner's colour; a choice is seen at once, in all apps. */
export function AccentPicker(): JSX.Element {
  const name = useId()
  return (
    <fieldset>
      <legend><h3>{common.colour}</h3></legend>
      <div class="colours">
        {accents.map(accent => (
          <label key={accent} class="colour" data-colour={accent}>
            <input type="radio" name={name} checked={theme.value.accent === accent} onChange={() => void chooseTheme({ accent }).catch(notifyError)} />
            <span class="colour__dot" />
            <span class="small">{common.colours[accent]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
