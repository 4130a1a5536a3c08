import { Ajv2020 } from 'ajv/dist/2020.js'
import { envelopes } from '@faultline/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, serve, type Served } from './serve.ts'
import { falsy, SECRET, values } from './values.ts'

const RUNS = 5000
const AT_ONCE = 20
const validate = new Ajv2020({ strict: true }).compile(envelopes['ai-api'].schema)

/** Anything at all, much of it with a secret somewhere. In thunks: some can't even be looked at. */
const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      values: [
        fc.constant(SECRET),
        fc.string(),
        fc.integer(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.constant(undefined),
      ],
    })
    .map((value) => () => value),
  fc
    .dictionary(
      fc.constantFrom(
        'status',
        'statusCode',
        'code',
        'type',
        'name',
        'expose',
        'headers',
        'issues',
        'isBoom',
        'output',
        'cause',
        'body',
        'field',
      ),
      fc.oneof(
        fc.integer({ min: 100, max: 700 }),
        fc.constant(SECRET),
        fc.constantFrom(
          'entity.parse.failed',
          'LIMIT_FILE_SIZE',
          'MulterError',
          'URIError',
          'UND_ERR_RESPONSE',
          'TimeoutError',
          23,
        ),
        fc.constant([{ message: 'x', path: ['a', 0] }]),
        fc.dictionary(
          fc.constantFrom('retry-after', 'allow', 'x-a', 'statusCode'),
          fc.oneof(fc.string(), fc.nat(600)),
        ),
      ),
    )
    .map(
      (properties) => () =>
        Object.defineProperties(new Error(SECRET), Object.getOwnPropertyDescriptors(properties)),
    ),
  fc.constantFrom(...values, ...falsy).map(({ make }) => make),
)

describe.each(majors)('$major: arbitrary thrown values', ({ express }) => {
  let served: Served
  const pending = new Map<string, () => unknown>()
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled)
    served = await serve(express, (app) => {
      app.get('/:id', async ({ params: { id } }) => {
        throw pending.get(id)!()
      })
    })
  })

  afterAll(() => {
    process.off('unhandledRejection', onUnhandled)
  })

  test(
    `${RUNS} of them are each answered with a valid envelope, and no secret`,
    { timeout: 120_000 },
    async () => {
      const seed = Date.now()
      const thrown = fc.sample(anything, { numRuns: RUNS, seed })
      const next = thrown.entries()
      let answered = 0
      const worker = async (): Promise<void> => {
        for (const [at, make] of next) {
          pending.set(String(at), make)
          const response = await fetch(`${served.url}/${at}`)
          const text = await response.text()
          pending.delete(String(at))
          const where = `seed ${seed}, value ${at}: ${response.status} ${text}`
          // 'route' and 'router' are Express's own words.
          expect(response.status, where).toBeGreaterThanOrEqual(400)
          expect(validate(JSON.parse(text)), where).toBe(true)
          if (text.includes(SECRET)) expect(isPublic(make()), where).toBe(true)
          answered += 1
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      expect(answered).toBe(RUNS)
      expect(unhandled).toEqual([])
      expect(served.heard.length).toBe(RUNS)
    },
  )
})

/** Whether the value says itself that its message is for the caller: http-errors do with `expose` on a 4xx. */
function isPublic(value: unknown): boolean {
  const { status, statusCode, expose } = Object(value) as {
    status?: number
    statusCode?: number
    expose?: unknown
  }
  return expose === true && status === statusCode && Number(status) < 500
}
