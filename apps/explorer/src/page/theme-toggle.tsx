import { useState } from 'preact/hooks'
import { chooseTheme, currentTheme } from './theme.ts'

/** Switches between the light and the dark theme. */
export function ThemeToggle() {
  const [theme, setTheme] = useState(currentTheme)
  const toggle = (): void => {
    const other = theme === 'dark' ? 'light' : 'dark'
    chooseTheme(other)
    setTheme(other)
  }
  return (
    <button
      type="button"
      class="button is-icon"
      aria-label="Dark theme"
      aria-pressed={theme === 'dark'}
      title={theme === 'dark' ? 'Switch to the light theme' : 'Switch to the dark theme'}
      onClick={toggle}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        {theme === 'dark' ? (
          <path d="M16.500 12.200A7 7 0 0 1 7.800 3.500a7 7 0 1 0 8.700 8.700Z" />
        ) : (
          <>
            <circle cx="10" cy="10" r="3.500" />
            <path d="M10 1.800v2M10 16.200v2M1.800 10h2M16.200 10h2M4.200 4.200l1.400 1.400M14.400 14.400l1.400 1.400M15.800 4.200l-1.400 1.400M5.600 14.400l-1.400 1.400" />
          </>
        )}
      </svg>
    </button>
  )
}
