const assert = require('node:assert/strict')
const { test } = require('node:test')

test('every package loads by require, as the same module that import gives', async () => {
  for (const name of [
    'core',
    'core/envelopes',
    'core/node',
    'core/platforms',
    'core/web',
    'express',
    'koa',
    'fastify',
    'nestjs',
  ]) {
    assert.equal(require(`@faultline/${name}`), await import(`@faultline/${name}`))
  }
})
