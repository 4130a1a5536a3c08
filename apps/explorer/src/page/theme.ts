const KEY = 'theme'

export type Theme = 'light' | 'dark'

/** The theme that is seen: what was chosen, else what the system prefers. */
export function currentTheme(): Theme {
  return chosen() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
}

/** Shows what was chosen, if anything was. To be called before anything is seen. */
export function applyTheme(): void {
  const theme = chosen()
  if (theme !== undefined) document.documentElement.dataset['theme'] = theme
}

/** Shows a theme from now on. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme()
}

function chosen(): Theme | undefined {
  const theme = localStorage.getItem(KEY)
  return theme === 'light' || theme === 'dark' ? theme : undefined
}
