// The versions of frameworks on which `npm run compat` runs the conformance suite.

/**
 * One major version of a framework, on one platform.
 *
 * @typedef {object} Row
 * @property {string} framework Name in the compatibility table.
 * @property {string} adapter Folder of the adapter in packages/.
 * @property {string} server Export of the adapter's test/create-server.ts.
 * @property {readonly string[]} plugins Other packages that the test server imports, at the version of the workspace.
 * @property {string} [platform] Package under the framework whose version is reported, too.
 * @property {Record<string, string>} lowest Lowest versions; the lower bounds of the adapter's peer ranges.
 * @property {Record<string, string>} newest Ranges of which the newest version is run.
 * @property {Record<string, string>} [lowestGaps] Scenarios that the lowest version fails, with reasons.
 */

/** Returns a gap for each scenario, all with one reason. */
const explain = (reason, scenarios) => Object.fromEntries(scenarios.map((scenario) => [scenario, reason]))

const INVALID_JSON =
  'Fastify before 5.5 reports invalid JSON by a SyntaxError without a code. The response is the generic 400.'
const LONG_PARAMETER = 'Fastify before 5.9 answers 404 if a path parameter is longer than maxParamLength.'

const fastifyBefore59 = {
  ...explain(INVALID_JSON, [
    'body/json-malformed',
    'body/json-truncated',
    'body/json-whitespace',
    'body/json-nul',
    'body/json-proto',
    'body/json-constructor-proto',
    'body/malformed-then-get',
    'body/charset-utf16',
    'validate/validate-extra',
  ]),
  ...explain(LONG_PARAMETER, ['url/long-param-101', 'url/long-param-5000']),
}

const express = { adapter: 'express', server: 'createServer', plugins: ['multer'] }
const koa = {
  adapter: 'koa',
  server: 'createServer',
  plugins: ['@koa/bodyparser', '@koa/multer', '@koa/router', 'koa-mount', 'multer'],
}
const fastify = {
  adapter: 'fastify',
  server: 'createServer',
  plugins: ['@fastify/compress', '@fastify/formbody', '@fastify/multipart'],
}
const nest = {
  adapter: 'nestjs',
  plugins: ['@fastify/compress', '@fastify/multipart', 'reflect-metadata'],
}
const nestOnExpress = { ...nest, server: 'createServerOnExpress', platform: 'express' }
const nestOnFastify = { ...nest, server: 'createServerOnFastify', platform: 'fastify' }
const hono = {
  adapter: 'hono',
  server: 'createServer',
  plugins: [],
  lowestGaps: explain(
    'bodyLimit of Hono before 4.12.16 fails the body stream of a chunked body above its limit. A validator reports that as invalid JSON.',
    ['body/json-too-large-chunked'],
  ),
}

const getNestVersions = (version, rxjs, platformFastify = version) => ({
  '@nestjs/common': version,
  '@nestjs/core': version,
  '@nestjs/platform-express': version,
  '@nestjs/platform-fastify': platformFastify,
  rxjs,
})

const nest11 = {
  // The peers of platform-fastify 11.0.0 to 11.0.2 are those of Nest 10, so npm refuses to install them with Nest 11.
  lowest: getNestVersions('11.0.0', '7.2.0', '11.0.3'),
  newest: getNestVersions('^11', '^7'),
}
const nest12 = {
  // The peers of 12.0.0 are those of Nest 11, so npm refuses to install its packages together.
  lowest: getNestVersions('12.0.1', '7.2.0'),
  newest: getNestVersions('^12', '^7'),
}

/** @type {readonly Row[]} */
export const rows = [
  { ...express, framework: 'Express 4', lowest: { express: '4.16.0' }, newest: { express: '^4' } },
  { ...express, framework: 'Express 5', lowest: { express: '5.0.0' }, newest: { express: '^5' } },
  { ...koa, framework: 'Koa 2', lowest: { koa: '2.7.0' }, newest: { koa: '^2' } },
  { ...koa, framework: 'Koa 3', lowest: { koa: '3.0.0' }, newest: { koa: '^3' } },
  {
    ...fastify,
    framework: 'Fastify 5',
    lowest: { fastify: '5.0.0' },
    newest: { fastify: '^5' },
    lowestGaps: {
      ...fastifyBefore59,
      ...explain(
        'Fastify before 5.5 throws when it examines a thrown Proxy, outside of its error handling. The process ends.',
        ['throw/throwing-proxy', 'throw/revoked-proxy', 'middleware/revoked-proxy'],
      ),
      ...explain(
        'Fastify before 5.12.6 compares Content-Length with the length of the decoded text, so invalid UTF-8 is a wrong length.',
        ['body/json-bad-utf8'],
      ),
    },
  },
  {
    ...nestOnExpress,
    ...nest11,
    framework: 'NestJS 11 on Express',
    lowestGaps: {
      ...explain(
        'NestJS before 11.1.1 sends files by pipeline(), which destroys the response if the source fails. The connection ends.',
        ['response/stream-fails-first'],
      ),
      ...explain('NestJS 11.0 uses multer 1, which does not fail if the client disconnects in an upload.', [
        'upload/upload-abort',
      ]),
    },
  },
  {
    ...nestOnFastify,
    ...nest11,
    framework: 'NestJS 11 on Fastify',
    lowestGaps: { ...fastifyBefore59, ...explain(INVALID_JSON, ['routing/unknown-post-malformed-json']) },
  },
  { ...nestOnExpress, ...nest12, framework: 'NestJS 12 on Express' },
  { ...nestOnFastify, ...nest12, framework: 'NestJS 12 on Fastify' },
  {
    ...hono,
    framework: 'Hono 4, @hono/node-server 1',
    lowest: { hono: '4.8.0', '@hono/node-server': '1.19.12' },
    newest: { hono: '^4', '@hono/node-server': '^1' },
  },
  {
    ...hono,
    framework: 'Hono 4, @hono/node-server 2',
    lowest: { hono: '4.8.0', '@hono/node-server': '2.0.0' },
    newest: { hono: '^4', '@hono/node-server': '^2' },
  },
]

/** Each row twice: one installation and one run of the suite each. */
export const cells = rows.flatMap(({ lowest, newest, lowestGaps = {}, ...row }) => [
  { ...row, which: 'lowest', versions: lowest, gaps: lowestGaps },
  { ...row, which: 'newest', versions: newest, gaps: {} },
])

/** Returns the name of a cell or of its result. */
export function getCellName({ framework, which }) {
  return `${framework}, ${which}`
}
