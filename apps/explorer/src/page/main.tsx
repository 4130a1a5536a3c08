import { render } from 'preact'
import { Explorer } from './explorer.tsx'
import { applyTheme } from './theme.ts'

applyTheme()
const root = document.querySelector('#explorer')
if (root !== null) render(<Explorer />, root)
