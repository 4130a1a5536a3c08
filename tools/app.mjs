// Builds and starts one example app: `npm run app express`. spec/demo-api.md describes its settings and its output; the
// build writes to standard error, so that standard output has only the app's lines.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { build, getNodePath, onParentExit } from './build.mjs'
import { ROOT } from './files.mjs'

const apps = readdirSync(`${ROOT}apps`).filter((name) => existsSync(`${ROOT}apps/${name}/src/main.ts`))
const [app] = process.argv.slice(2)
if (app === undefined || !apps.includes(app)) {
  const problem = app === undefined ? 'the name of an app is missing' : `unknown app ${JSON.stringify(app)}`
  console.error(`app: ${problem}; usage: npm run app ${apps.join(' | ')}`)
  process.exit(2)
}

build(`apps/${app}`)
const child = spawn(getNodePath(), [`${ROOT}apps/${app}/dist/main.js`], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
onParentExit(() => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))
