// The versions of frameworks that run the conformance suite: `npm run compat` installs each and writes results.json.
//
// `lowest` is an exact version, the lower bound of the adapter's peer range. `newest` is a range, of which npm installs
// the newest version; results.json has the version that was run.

/**
 * @typedef {object} Row One framework in one major version, on one platform.
 * @property {string} framework The name in the table of the README.
 * @property {string} adapter The folder of the adapter in packages/.
 * @property {Record<string, string>} lowest Packages of the framework and their lowest versions.
 * @property {Record<string, string>} newest The same packages, and the ranges whose newest version is run.
 * @property {readonly string[]} plugins Parsers and the like that the test server needs, in the workspace's version.
 * @property {string} [server] The export of the adapter's test/create-server.ts that makes the server.
 * @property {string} [platform] The package below the framework whose version is reported, too.
 */

const express = { adapter: 'express', plugins: ['multer'] }
const koa = { adapter: 'koa', plugins: ['@koa/bodyparser', '@koa/multer', '@koa/router', 'multer'] }
const fastify = {
  adapter: 'fastify',
  plugins: ['@fastify/compress', '@fastify/formbody', '@fastify/multipart'],
}
const hono = { adapter: 'hono', plugins: [] }
const nest = {
  adapter: 'nestjs',
  plugins: ['@fastify/compress', '@fastify/multipart', 'reflect-metadata', 'rxjs'],
}
const onExpress = { ...nest, server: 'createServerOnExpress', platform: 'express' }
const onFastify = { ...nest, server: 'createServerOnFastify', platform: 'fastify' }

/** @param {string} version @param {string} [fastifyVersion] */
const nestVersions = (version, fastifyVersion = version) => ({
  '@nestjs/common': version,
  '@nestjs/core': version,
  '@nestjs/platform-express': version,
  '@nestjs/platform-fastify': fastifyVersion,
})

// The test server imports both platforms, so both rows of a major have one installation.
const nest11 = {
  // platform-fastify 11.0.0 and 11.0.1 have the peers of Nest 10; npm refuses them.
  lowest: nestVersions('11.0.0', '11.0.3'),
  newest: nestVersions('^11'),
}
const nest12 = {
  // Packages of 12.0.0 have the peers of Nest 11; npm refuses them.
  lowest: nestVersions('12.0.1'),
  newest: nestVersions('^12'),
}

/** @type {readonly Row[]} */
export const rows = [
  { ...express, framework: 'Express 4', lowest: { express: '4.16.0' }, newest: { express: '^4' } },
  { ...express, framework: 'Express 5', lowest: { express: '5.0.0' }, newest: { express: '^5' } },
  { ...koa, framework: 'Koa 2', lowest: { koa: '2.7.0' }, newest: { koa: '^2' } },
  { ...koa, framework: 'Koa 3', lowest: { koa: '3.0.0' }, newest: { koa: '^3' } },
  { ...fastify, framework: 'Fastify 5', lowest: { fastify: '5.0.0' }, newest: { fastify: '^5' } },
  { ...onExpress, ...nest11, framework: 'NestJS 11 on Express' },
  { ...onFastify, ...nest11, framework: 'NestJS 11 on Fastify' },
  { ...onExpress, ...nest12, framework: 'NestJS 12 on Express' },
  { ...onFastify, ...nest12, framework: 'NestJS 12 on Fastify' },
  {
    ...hono,
    framework: 'Hono 4 on @hono/node-server 1',
    lowest: { hono: '4.8.0', '@hono/node-server': '1.19.11' },
    newest: { hono: '^4', '@hono/node-server': '^1' },
  },
  {
    ...hono,
    framework: 'Hono 4 on @hono/node-server 2',
    lowest: { hono: '4.8.0', '@hono/node-server': '2.0.0' },
    newest: { hono: '^4', '@hono/node-server': '^2' },
  },
]

/** One installation and one run of the suite. */
export const cells = rows.flatMap(({ lowest, newest, ...row }) => [
  { ...row, versions: lowest, which: 'lowest' },
  { ...row, versions: newest, which: 'newest' },
])
