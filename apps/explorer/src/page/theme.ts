const KEY = 'theme'

export type Theme = 'light' | 'dark'

/** Returns the chosen theme, or else the system's. */
export function currentTheme(): Theme {
  return readChoice() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
}

/** Applies the chosen theme, if any. Call it before the first render. */
export function applyTheme(): void {
  const theme = readChoice()
  if (theme !== undefined) document.documentElement.dataset['theme'] = theme
}

/** Applies a theme and stores the choice. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme()
}

function readChoice(): Theme | undefined {
  const theme = localStorage.getItem(KEY)
  return theme === 'light' || theme === 'dark' ? theme : undefined
}
