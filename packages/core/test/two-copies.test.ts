import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object
const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

const program = `
import * as a from 'a'
import * as b from 'b'

export const error: a.ApiError = new b.NotFound()
export const details: a.ApiError<{ tried: number }> = new b.Conflict({ details: { tried: 1 } })
export const limit: a.RateLimitExceeded = new b.RateLimitExceeded({ retryAfter: 3 })
export const classes: a.ApiErrorClass[] = [b.NotFound, b.RateLimitExceeded, b.ValidationFailed, b.QuotaExceeded]
export const envelope: a.Envelope = b.envelopes.openai
export const responder: a.Responder = b.createResponder({ envelope: a.envelopes.openai })
a.envelopes.openai.render(new b.NotFound())
b.defineCatalog(a.NotFound)
// @ts-expect-error the check reports errors
export const wrong: a.ModelNotFound = new b.NotFound()
`

test(
  'the errors, classes, envelopes and responders of one installed copy fit the types of another',
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'two-copies-'))
    try {
      for (const copy of ['a', 'b']) {
        const target = join(folder, 'node_modules', copy)
        mkdirSync(target, { recursive: true })
        // TypeScript treats two copies with the same name and version as one package.
        writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, name: copy }))
        cpSync(join(root, 'dist'), join(target, 'dist'), { recursive: true })
      }
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      writeFileSync(join(folder, 'mixed.ts'), program)
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--lib',
        'es2023,dom',
      ]
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'mixed.ts'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
