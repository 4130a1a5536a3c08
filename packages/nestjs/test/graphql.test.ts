import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { UseFilters, UseGuards, type Type } from '@nestjs/common'
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { GraphQLError } from 'graphql'
import { describe, expect, test } from 'vitest'
import { FaultlineExceptionFilter } from '@faultline/nestjs'
import { bodyOf, denied, failures as everywhere, internal, throws, type Failure } from './failures.ts'
import { ask, json, SECRET, serve } from './serve.ts'

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws a GraphQLError': {
    run: throws(() => new GraphQLError(SECRET, { extensions: { code: SECRET } })),
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
      // As it is unless NODE_ENV is production or test.
      includeStacktraceInErrorResponses: true,
    }),
  ],
})

interface Told {
  readonly data?: unknown
  readonly errors: readonly unknown[]
}

async function query(url: string, text: string, variables: object = {}): Promise<Told> {
  const init = json(JSON.stringify({ query: text, variables }))
  const headers = { 'content-type': 'application/json', 'x-request-id': 'mine' }
  return JSON.parse((await ask(`${url}/graphql`, { ...init, headers })).text) as Told
}

describe('a GraphQL resolver', () => {
  test.each(Object.entries(failures))(
    'that %s has an error with the body, and no stack',
    async (name, failure) => {
      const { url, heard } = await serve('express', graphql(Pets))
      const told = await query(url, 'query ($name: String) { name fail(name: $name) }', { name })
      expect(told).toMatchObject({
        data: { name: 'Rex', fail: null },
        errors: [
          {
            message: failure.message,
            path: ['fail'],
            extensions: { code: failure.code, status: failure.status, body: bodyOf(failure) },
          },
        ],
      })
      expect(told.errors).toHaveLength(1)
      expect(JSON.stringify(told)).not.toContain(SECRET)
      expect(JSON.stringify(told)).not.toMatch(/\.[jt]s\b/)
      expect(heard.map(({ code }) => code)).toEqual([failure.code])
    },
  )

  test('whose guard refuses says so', async () => {
    const { url, heard } = await serve('express', graphql(Pets))
    const refusal = { ...denied, message: 'Forbidden resource' }
    expect(await query(url, '{ guarded }')).toMatchObject({
      errors: [
        {
          message: refusal.message,
          extensions: { code: refusal.code, status: refusal.status, body: bodyOf(refusal) },
        },
      ],
    })
    expect(heard).toHaveLength(1)
  })

  test('has an error with the id of its request', async () => {
    const { url } = await serve('express', graphql(Pets))
    expect(await query(url, '{ guarded }')).toMatchObject({
      errors: [{ extensions: { body: { meta: { request_id: 'mine' } } } }],
    })
  })

  test('that has the filter by itself is heard of once', async () => {
    @Resolver()
    @UseFilters(FaultlineExceptionFilter)
    class Filtered extends Pets {}
    const { url, heard } = await serve('express', graphql(Filtered))
    expect((await query(url, '{ guarded }')).errors).toHaveLength(1)
    expect(heard).toHaveLength(1)
  })

  test('is not asked for a body that can’t be read, which has an envelope', async () => {
    const { url, heard } = await serve('express', graphql(Pets))
    for (const [body, status, code] of [
      [`{"query": ${SECRET}`, 400, 'INVALID_REQUEST'],
      [`"${'x'.repeat(2_000_000)}"`, 413, 'PAYLOAD_TOO_LARGE'],
    ] as const)
      expect(await ask(`${url}/graphql`, json(body))).toMatchObject({ status, code })
    expect(heard).toHaveLength(2)
  })

  test('is not asked for a query that is none, which GraphQL refuses itself', async () => {
    const { url, heard } = await serve('express', graphql(Pets))
    for (const text of ['{', '{ nope }'])
      expect((await query(url, text)).errors).toMatchObject([
        { extensions: { code: expect.stringMatching(/^GRAPHQL_/) as string } },
      ])
    expect(heard).toEqual([])
  })
})
