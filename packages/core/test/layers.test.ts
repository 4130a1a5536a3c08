import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const src = new URL('../src/', import.meta.url)

/** The folders that each folder may import from, except itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  http: [],
  errors: ['http'],
  envelopes: ['http', 'errors'],
}

/** Returns the paths of the modules that a module imports, including type imports. */
function getImports(module: URL): URL[] {
  const code = readFileSync(module, 'utf8')
  return [...code.matchAll(/\bfrom '(\.[^']+)'/g)].map(([, path]) => new URL(path!, module))
}

const modules = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => new URL(file.replaceAll('\\', '/'), src))

const getFolder = (module: URL): string => module.href.slice(src.href.length).split('/')[0]!

test.each(Object.entries(layers))('src/%s imports only from itself and from %j', (folder, lower) => {
  const inFolder = modules.filter((module) => getFolder(module) === folder)
  expect(inFolder.length).toBeGreaterThan(0)
  for (const module of inFolder) {
    for (const imported of getImports(module))
      expect([folder, ...lower], module.pathname).toContain(getFolder(imported))
  }
})

test.each(Object.keys(layers))('src/%s has no import cycle', (folder) => {
  const finished = new Set<string>()
  const visit = (module: URL, path: readonly string[]): void => {
    expect(path, `cycle: ${[...path, module.href].join(' -> ')}`).not.toContain(module.href)
    if (finished.has(module.href)) return
    for (const imported of getImports(module)) visit(imported, [...path, module.href])
    finished.add(module.href)
  }
  for (const module of modules) if (getFolder(module) === folder) visit(module, [])
})
