import parser from '@typescript-eslint/parser'
import { RuleTester } from 'eslint'
import { describe, test } from 'vitest'
import { rules } from '../src/index.ts'

RuleTester.describe = describe
RuleTester.it = test

const tester = new RuleTester({ languageOptions: { parser } })

const inRoute = (statements: string): string =>
  `app.get('/x', async (request, response, next) => { ${statements} })`

describe('no-untyped-throw', () => {
  tester.run('no-untyped-throw', rules['no-untyped-throw'], {
    valid: [
      { name: 'a typed error', code: inRoute("throw new NotFound({ message: 'No such order' })") },
      { name: 'an error that was caught', code: inRoute('try { run() } catch (error) { throw error }') },
      {
        name: 'an error of the language outside a handler',
        code: "function load() { throw new Error('x') }",
      },
      { name: 'a listener of an event emitter', code: "emitter.on('data', () => { throw new Error('x') })" },
      { name: 'a callback of a map', code: "cache.get('key', () => { throw new Error('x') })" },
      { name: 'next without an error', code: inRoute('next()') },
      { name: 'next that skips handlers', code: inRoute("next('route')") },
    ],
    invalid: [
      {
        name: 'an error of the language in a route of Express, Koa or Fastify',
        code: inRoute("throw new Error('Boom')"),
        errors: [
          {
            messageId: 'language',
            suggestions: [
              {
                messageId: 'replace',
                output: `import { InternalError } from '@faultline/core'\n${inRoute("throw new InternalError({ message: 'Boom' })")}`,
              },
            ],
          },
        ],
      },
      {
        name: 'an error with a cause; the suggestion extends the import',
        code: `import { NotFound } from '@faultline/hono'\napp.get('/x', async () => { throw new TypeError('Boom', { cause }) })`,
        errors: [
          {
            messageId: 'language',
            suggestions: [
              {
                messageId: 'replace',
                output: `import { NotFound, InternalError } from '@faultline/hono'\napp.get('/x', async () => { throw new InternalError({ message: 'Boom', cause }) })`,
              },
            ],
          },
        ],
      },
      {
        name: 'an error with arguments that are unknown, without a suggestion',
        code: inRoute('throw new Error(...values)'),
        errors: [{ messageId: 'language' }],
      },
      ...["'boom'", '`boom ${x}`', '{ status: 404 }', '[1]', '404'].map((value) => ({
        name: `the value ${value}`,
        code: inRoute(`throw ${value}`),
        errors: [{ messageId: 'value' }],
      })),
      {
        name: 'a value that is passed to next',
        code: inRoute("next('boom')"),
        errors: [{ messageId: 'value' }],
      },
      {
        name: 'a rejected promise',
        code: inRoute("return Promise.reject('boom')"),
        errors: [{ messageId: 'value' }],
      },
      ...Object.entries({
        'a callback in a handler': inRoute("list.map((item) => { throw 'x' })"),
        middleware: "app.use((request, response, next) => { throw 'x' })",
        'middleware in an array': "app.get('/x', [authenticate, (request) => { throw 'x' }])",
        'a chain of routes': "router.route('/x').get(show).post((request) => { throw 'x' })",
        'a handler of on() of Hono': "app.on('PURGE', '/x', (context) => { throw 'x' })",
        'a hook of Fastify': "app.addHook('onRequest', async () => { throw 'x' })",
        'a handler in the options of a route':
          "app.route({ method: 'GET', url: '/x', handler() { throw 'x' } })",
        'a hook in the options of a route': "app.get('/x', { preHandler: async () => { throw 'x' } }, show)",
        'a function with the type of a handler': "const show: RequestHandler<Params> = () => { throw 'x' }",
        'a method of a controller': "@Controller() class Orders { @Get(':id') show() { throw 'x' } }",
        'a guard of NestJS': "@Injectable() class Guard { canActivate() { throw 'x' } }",
      }).map(([name, code]) => ({ name, code, errors: [{ messageId: 'value' }] })),
    ],
  })
})

describe('no-error-status', () => {
  tester.run('no-error-status', rules['no-error-status'], {
    valid: [
      { name: 'a status of a success', code: inRoute('response.status(201).json({})') },
      { name: 'a status that is not known', code: inRoute('response.status(error.status)') },
      { name: 'code outside a handler', code: 'response.status(404)' },
      { name: 'a body that is a number', code: "app.get('/x', (context) => context.json(404))" },
      { name: 'another property', code: inRoute('order.total = 404') },
    ],
    invalid: Object.entries({
      'response.status(404).json({})': ['404', 'NotFound'],
      'response.sendStatus(503)': ['503', 'ServiceUnavailable'],
      'reply.code(429).send({})': ['429', 'RateLimitExceeded'],
      'response.writeHead(418)': ['418', 'InvalidRequest'],
      'response.statusCode = 400': ['400', 'InvalidRequest'],
      'context.status = 500': ['500', 'InternalError'],
      'return context.json({ error: true }, 409)': ['409', 'Conflict'],
      'return context.text("no", { status: 401 })': ['401', 'Unauthenticated'],
      'return new Response(null, { status: 403 })': ['403', 'PermissionDenied'],
      'return Response.json({}, { status: 422 })': ['422', 'ValidationFailed'],
    }).map(([statement, [status, className]]) => ({
      name: statement,
      code: inRoute(statement),
      errors: [{ messageId: 'write', data: { status, className } }],
    })),
  })
})

describe('no-template-in-message', () => {
  const withImport = (code: string): string =>
    `import { NotFound, InternalError as Internal } from '@faultline/express'\n${code}`
  const errors = [{ messageId: 'template' }]
  tester.run('no-template-in-message', rules['no-template-in-message'], {
    valid: [
      { name: 'a literal', code: withImport("new NotFound({ message: 'No such order' })") },
      { name: 'a template without values', code: withImport('new NotFound({ message: `No such order` })') },
      {
        name: 'literals that are joined',
        code: withImport("new NotFound({ message: 'No such ' + 'order' })"),
      },
      { name: 'a private message', code: withImport('new Internal({ message: `Failed for ${user}` })') },
      {
        name: 'a message that is kept private',
        code: withImport('new NotFound({ message: `Failed for ${user}`, expose: false })'),
      },
      { name: 'a class of another package', code: 'new NotFound({ message: `No order ${id}` })' },
    ],
    invalid: [
      {
        name: 'a template with values',
        code: withImport('new NotFound({ message: `No order ${id}` })'),
        errors,
      },
      {
        name: 'a string that is joined',
        code: withImport("new NotFound({ message: 'No order ' + id })"),
        errors,
      },
      {
        name: 'an own class',
        code: withImport(
          'class OrderNotFound extends NotFound {}\nnew OrderNotFound({ message: `No order ${id}` })',
        ),
        errors,
      },
    ],
  })
})

describe('require-error-description', () => {
  const withImport = (code: string): string =>
    `import { NotFound, defineErrors } from '@faultline/core'\n${code}`
  const descriptions = "description = 'The order is unknown.'; static remedy = 'Check the id.'"
  tester.run('require-error-description', rules['require-error-description'], {
    valid: [
      {
        name: 'a documented class',
        code: withImport(`class A extends NotFound { static code = 'a'; static ${descriptions} }`),
      },
      { name: 'a class without its own code', code: withImport('class A extends NotFound {}') },
      { name: 'a class of another package', code: "class A extends Base { static code = 'a' }" },
      {
        name: 'a documented table',
        code: withImport("defineErrors({ a: { extends: NotFound, description: 'x', remedy: 'y' } })"),
      },
    ],
    invalid: [
      {
        name: 'a class without a description and a remedy',
        code: withImport("class A extends NotFound { static code = 'order_not_found' }"),
        errors: [
          { messageId: 'missing', data: { code: 'order_not_found', member: 'description' } },
          { messageId: 'missing', data: { code: 'order_not_found', member: 'remedy' } },
        ],
      },
      {
        name: 'an entry of a table without a remedy',
        code: withImport("defineErrors({ order_not_found: { extends: NotFound, description: 'x' } })"),
        errors: [{ messageId: 'missing', data: { code: 'order_not_found', member: 'remedy' } }],
      },
    ],
  })
})
