// Starts one example app by the contract of spec/demo-api.md: `npm run app express`. Standard output is the app's
// alone.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { build, ownNode, root, whenOrphaned } from './build.mjs'

const apps = readdirSync(`${root}apps`).filter((name) => existsSync(`${root}apps/${name}/src/main.ts`))
const [app] = process.argv.slice(2)
if (app === undefined || !apps.includes(app)) {
  const problem = app === undefined ? 'Which app?' : `There is no app ${JSON.stringify(app)}.`
  console.error(`${problem} npm run app ${apps.join(' | ')}`)
  process.exit(2)
}

build(`apps/${app}`)
const child = spawn(ownNode(), [`${root}apps/${app}/dist/main.js`], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
whenOrphaned(() => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))
