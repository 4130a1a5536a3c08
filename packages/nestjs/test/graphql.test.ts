import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { UseFilters, UseGuards, type Type } from '@nestjs/common'
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { GraphQLError } from 'graphql'
import { describe, expect, test } from 'vitest'
import { FaultlineExceptionFilter } from '@faultline/nestjs'
import { toBody, denied, failures as everywhere, internal, throws, type Failure } from './failures.ts'
import { fetchError, json, CANARY, serve } from './serve.ts'

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws a GraphQLError': {
    run: throws(() => new GraphQLError(CANARY, { extensions: { code: CANARY } })),
    ...internal,
  },
}

@Resolver()
class Pets {
  @Query()
  name(): string {
    return 'Rex'
  }

  @Query()
  fail(@Args('name') name: string): unknown {
    return failures[name]!.run()
  }

  @Query()
  @UseGuards({ canActivate: () => false })
  guarded(): void {}
}

const graphql = (resolver: Type) => ({
  providers: [resolver],
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      typeDefs: 'type Query { name: String fail(name: String): String guarded: String }',
      // The default unless NODE_ENV is production or test.
      includeStacktraceInErrorResponses: true,
    }),
  ],
})

interface QueryResult {
  readonly data?: unknown
  readonly errors: readonly unknown[]
}

async function query(url: string, text: string, variables: object = {}): Promise<QueryResult> {
  const init = json(JSON.stringify({ query: text, variables }))
  const headers = { 'content-type': 'application/json', 'x-request-id': 'mine' }
  return JSON.parse((await fetchError(`${url}/graphql`, { ...init, headers })).text) as QueryResult
}

describe('a GraphQL resolver', () => {
  test.each(Object.entries(failures))(
    'that %s returns an error with the body and without a stack',
    async (name, failure) => {
      const { url, errors } = await serve('express', graphql(Pets))
      const result = await query(url, 'query ($name: String) { name fail(name: $name) }', { name })
      expect(result).toMatchObject({
        data: { name: 'Rex', fail: null },
        errors: [
          {
            message: failure.message,
            path: ['fail'],
            extensions: { code: failure.code, status: failure.status, body: toBody(failure) },
          },
        ],
      })
      expect(result.errors).toHaveLength(1)
      expect(JSON.stringify(result)).not.toContain(CANARY)
      expect(JSON.stringify(result)).not.toMatch(/\.[jt]s\b/)
      expect(errors.map(({ code }) => code)).toEqual([failure.code])
    },
  )

  test('whose guard rejects reports it', async () => {
    const { url, errors } = await serve('express', graphql(Pets))
    const refusal = { ...denied, message: 'Forbidden resource' }
    expect(await query(url, '{ guarded }')).toMatchObject({
      errors: [
        {
          message: refusal.message,
          extensions: { code: refusal.code, status: refusal.status, body: toBody(refusal) },
        },
      ],
    })
    expect(errors).toHaveLength(1)
  })

  test('returns an error with the id of its request', async () => {
    const { url } = await serve('express', graphql(Pets))
    expect(await query(url, '{ guarded }')).toMatchObject({
      errors: [
        { extensions: { body: { meta: { request_id: expect.stringMatching(/^req_[a-z0-9]{24}$/) } } } },
      ],
    })
  })

  test('with its own filter calls the hook once', async () => {
    @Resolver()
    @UseFilters(FaultlineExceptionFilter)
    class Filtered extends Pets {}
    const { url, errors } = await serve('express', graphql(Filtered))
    expect((await query(url, '{ guarded }')).errors).toHaveLength(1)
    expect(errors).toHaveLength(1)
  })

  test('is not called for a body that cannot be read, which is answered with the envelope', async () => {
    const { url, errors } = await serve('express', graphql(Pets))
    for (const [body, status, code] of [
      [`{"query": ${CANARY}`, 400, 'INVALID_REQUEST'],
      [`"${'x'.repeat(2_000_000)}"`, 413, 'PAYLOAD_TOO_LARGE'],
    ] as const)
      expect(await fetchError(`${url}/graphql`, json(body))).toMatchObject({ status, code })
    expect(errors).toHaveLength(2)
  })

  test('is not called for an invalid query, which GraphQL rejects itself', async () => {
    const { url, errors } = await serve('express', graphql(Pets))
    for (const text of ['{', '{ nope }'])
      expect((await query(url, text)).errors).toMatchObject([
        { extensions: { code: expect.stringMatching(/^GRAPHQL_/) as string } },
      ])
    expect(errors).toEqual([])
  })
})
