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
export const errorClass: typeof a.NotFound = b.NotFound
export const limitClass: typeof a.RateLimitExceeded = b.RateLimitExceeded
export const modelClass: typeof a.ModelNotFound = b.ModelNotFound
export const resourceClass: typeof a.ResourceNotFound = b.ResourceNotFound
export const fieldClass: typeof a.InvalidTemperature = b.InvalidTemperature
export const methodClass: typeof a.MethodNotAllowed = b.MethodNotAllowed
export const errorsByField: a.ErrorsByField = { temperature: b.InvalidTemperature, '*': b.InvalidFieldValue }
export const root: typeof a.ApiError = b.ApiError
export const errors = a.defineErrors({
  order_lost: { extends: b.NotFound, message: "Order '{orderId}' not found" },
  out_of_stock: { extends: b.Conflict, details: b.declareDetails<{ sku: string }>() },
})
export const stock: string = new errors.OutOfStock({ details: { sku: 'a' } }).details.sku
export const lost: b.ApiError = new errors.OrderLost({ orderId: 7 })
export const lostClass: b.ApiErrorClass = errors.OrderLost
b.defineCatalog(...Object.values(errors))
declare const union: a.ErrorUnion<[typeof b.RateLimitExceeded, typeof errors.OrderLost]>
export const code: 'rate_limit_exceeded' | 'order_lost' = union.code
// @ts-expect-error details are missing
new errors.OutOfStock()
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
