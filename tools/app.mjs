// Starts one example app by the contract of spec/demo-api.md: `npm run app express`. Standard output is the app's
// alone; what building says goes to standard error.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const apps = readdirSync(`${root}apps`).filter((name) => existsSync(`${root}apps/${name}/src/main.ts`))
const [app] = process.argv.slice(2)
if (app === undefined || !apps.includes(app)) {
  console.error(
    `${app === undefined ? 'Which app?' : `There is no app ${JSON.stringify(app)}.`} npm run app ${apps.join(' | ')}`,
  )
  process.exit(2)
}

const build = spawnSync(
  process.execPath,
  [
    `${root}tools/pnpm.mjs`,
    '--silent',
    'exec',
    'turbo',
    'run',
    'build',
    '--output-logs=errors-only',
    `--filter=./apps/${app}`,
  ],
  { cwd: root, stdio: ['ignore', 2, 2] },
)
if (build.status !== 0) process.exit(build.status ?? 1)

// The Node.js of this repository, as the build installed it.
const own = `${root}node_modules/.bin/node`
const child = spawn(existsSync(own) ? own : process.execPath, [`${root}apps/${app}/dist/main.js`], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)))
