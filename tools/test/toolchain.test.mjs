import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ROOT } from '../files.mjs'

test('the Node.js version is the same in optionalDependencies, devEngines and pnpm-workspace.yaml', () => {
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const [, nodeVersion] = /^nodeVersion: (\S+)$/m.exec(readFileSync(`${ROOT}pnpm-workspace.yaml`, 'utf8'))
  const installed = new Set(Object.values(manifest.optionalDependencies))
  expect(installed).toEqual(new Set([nodeVersion]))
  expect(manifest.devEngines.runtime).toEqual({ name: 'node', version: nodeVersion, onFail: 'ignore' })
})
