import { render } from 'preact'
import { Explorer } from './explorer.tsx'
import { applyTheme } from './theme.ts'

applyTheme()
render(<Explorer />, document.querySelector('#explorer')!)
